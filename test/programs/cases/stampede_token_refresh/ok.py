import asyncio


class Tokens:
    def __init__(self):
        self.expires = 0
        self.refreshes = 0
        self.refreshing = None

    async def refresh(self):
        self.refreshes += 1
        await asyncio.sleep(0.08)
        self.expires = asyncio.get_running_loop().time() + 0.3

    async def get(self):
        if asyncio.get_running_loop().time() >= self.expires:
            if self.refreshing is None:
                self.refreshing = asyncio.ensure_future(self.refresh())
                self.refreshing.add_done_callback(lambda _: setattr(self, "refreshing", None))
            await asyncio.shield(self.refreshing)
        return "token"


async def call(tokens):
    await tokens.get()
    await asyncio.sleep(0.01)


async def main():
    tokens = Tokens()
    await call(tokens)
    for _ in range(4):
        await asyncio.sleep(0.15)
        await asyncio.gather(*(call(tokens) for _ in range(8)))
    print(tokens.refreshes, "refreshes")


asyncio.run(main())
