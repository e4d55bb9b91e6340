import asyncio


class Session:
    def __init__(self):
        self.attempts = 0

    async def acquire(self):
        self.attempts += 1
        await asyncio.sleep(0.01)
        if self.attempts == 1:
            self.acquire()
            return None
        return "permit"


async def main():
    session = Session()
    print(await session.acquire(), session.attempts)


asyncio.run(main())
