import asyncio


class Pages:
    """Fetches the next pages while one is looked at."""

    def __init__(self, query):
        self.query = query
        self.ahead = asyncio.Queue(2)
        self.task = None

    async def _fetch(self):
        for number in range(100):
            await asyncio.sleep(0.01)
            await self.ahead.put(f"{self.query} {number}")

    async def __aenter__(self):
        self.task = asyncio.create_task(self._fetch(), name=f"pages of {self.query}")
        return self

    async def __aexit__(self, *exc):
        self.task.cancel()
        await asyncio.wait([self.task])

    def __aiter__(self):
        return self

    async def __anext__(self):
        return await self.ahead.get()


async def find(query, wanted):
    async with Pages(query) as pages:
        async for page in pages:
            if page.endswith(wanted):
                return page


async def main():
    for query in ("cats", "dogs", "birds"):
        print(await find(query, "1"))
    await asyncio.sleep(0.2)


asyncio.run(main())
