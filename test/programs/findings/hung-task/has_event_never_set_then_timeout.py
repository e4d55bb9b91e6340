import asyncio


class Client:
    def __init__(self) -> None:
        self.ready = asyncio.Event()

    async def connect(self, accepted: bool) -> None:
        await asyncio.sleep(0.01)
        if accepted:
            self.ready.set()

    async def fetch(self) -> str:
        await self.ready.wait()  # here
        return "page"


async def test_fetch() -> None:
    client = Client()
    await client.connect(accepted=False)
    async with asyncio.TaskGroup() as group:
        group.create_task(client.fetch())
        group.create_task(client.fetch())


async def main() -> None:
    # As a test runner does: no test may take longer than this.
    async with asyncio.timeout(2):
        await test_fetch()


try:
    asyncio.run(main())
except TimeoutError:
    print("the test took too long")
