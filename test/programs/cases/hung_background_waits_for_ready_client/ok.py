import asyncio


class Client:
    def __init__(self):
        self.ready = asyncio.Event()
        self.closing = False
        self.background = [asyncio.create_task(self._refresh(n), name=f"refresh-{n}") for n in range(2)]

    async def wait_until_ready(self):
        await self.ready.wait()

    async def _refresh(self, number):
        await self.wait_until_ready()
        while not self.closing:
            await asyncio.sleep(0.01)

    async def login(self):
        await asyncio.sleep(0.01)
        raise PermissionError("bad token")

    async def close(self):
        self.closing = True
        self.ready.set()
        await asyncio.gather(*self.background)


async def main():
    client = Client()
    try:
        await client.login()
    except PermissionError as error:
        print(error)
    await client.close()


asyncio.run(main())
