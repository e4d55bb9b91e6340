import asyncio

PARENT_OF = {
    "handbook": None,
    "onboarding": "handbook",
    "first-week": "onboarding",
    "travel": "handbook",
    "roadmap": "quarter-3",
    "quarter-3": "planning-board",
    "planning-board": "roadmap",
}


class WikiApi:
    def __init__(self):
        self.calls = 0

    async def parent_of(self, page):
        self.calls += 1
        await asyncio.sleep(0.03)
        return PARENT_OF[page]


class ParentIndex:
    """Parents of a page; callers that ask for the same page share one computation."""

    def __init__(self, api):
        self._api = api
        self._flights = {}

    async def parents(self, page):
        flight = self._flights.get(page)
        if flight is not None:
            return await flight
        flight = asyncio.get_running_loop().create_future()
        self._flights[page] = flight
        try:
            chain = await self._compute(page)
        except Exception as error:
            flight.set_exception(error)
            raise
        flight.set_result(chain)
        return chain

    async def _compute(self, page):
        parent = await self._api.parent_of(page)
        if parent is None:
            return [page]
        return [page] + await self.parents(parent)


class Crawler:
    def __init__(self, index):
        self._index = index
        self.saved = {}

    async def sync(self, page):
        chain = await self._index.parents(page)
        await asyncio.sleep(0.01)
        self.saved[page] = chain
        print("saved", " < ".join(chain), flush=True)


async def heartbeat(crawler):
    while True:
        await asyncio.sleep(0.2)
        print("pages saved so far:", len(crawler.saved), flush=True)


async def main():
    api = WikiApi()
    crawler = Crawler(ParentIndex(api))
    beat = asyncio.create_task(heartbeat(crawler), name="heartbeat")
    await asyncio.gather(
        *(
            asyncio.create_task(crawler.sync(page), name=f"sync:{page}")
            for page in ("first-week", "travel", "onboarding", "roadmap")
        )
    )
    beat.cancel()
    print("done with", api.calls, "calls")


asyncio.run(main())
