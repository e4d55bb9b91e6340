import asyncio


class Accounts:
    def __init__(self):
        self.lock = asyncio.Lock()
        self.stale = True
        self.turn = 0

    async def refresh(self):
        await asyncio.sleep(0.4)
        self.stale = False

    async def next(self):
        if self.stale:
            self.stale = False
            self.refreshing = asyncio.ensure_future(self.refresh())
        async with self.lock:
            self.turn += 1
            return self.turn


async def request(accounts):
    await accounts.next()
    await asyncio.sleep(0.005)


async def main():
    accounts = Accounts()
    for round_ in range(3):
        accounts.stale = round_ == 1
        await asyncio.gather(*(asyncio.create_task(request(accounts)) for _ in range(6)))
    print(accounts.turn)


asyncio.run(main())
