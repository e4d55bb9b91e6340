import asyncio

NEXT = {
    "docs/start": "docs/install",
    "docs/intro": "docs/usage",
    "docs/usage": "slow/report",
    "docs/faq": "docs/usage",
    "docs/api": "broken/link",
}


class Web:
    def __init__(self):
        self.requests = 0

    async def get(self, url):
        self.requests += 1
        if "broken" in url:
            await asyncio.sleep(0.02)
            raise ConnectionError(url)
        await asyncio.sleep(0.25 if "slow" in url else 0.03)
        return f"text of {url}"


class PageTool:
    """Fetches pages for the agents; agents that want the same page share one fetch."""

    def __init__(self, web):
        self._web = web
        self._cache = {}
        self._inflight = {}

    async def open(self, url):
        if url in self._cache:
            return self._cache[url]
        if url not in self._inflight:
            self._inflight[url] = asyncio.create_task(self._fetch(url), name=f"fetch:{url}")
        return await asyncio.shield(self._inflight[url])

    async def _fetch(self, url):
        try:
            text = await self._web.get(url)
            self._cache[url] = text
            return text
        finally:
            del self._inflight[url]


class Rollout:
    """An agent that reads a page and then goes on to what that page recommends."""

    def __init__(self, number, tool, budget=None):
        self.number = number
        self._tool = tool
        self._budget = budget

    async def _browse(self, url):
        notes = []
        while url is not None:
            try:
                notes.append(await self._tool.open(url))
            except ConnectionError:
                notes.append("unreachable")
            url = NEXT.get(url)
        return notes

    async def run(self, url):
        try:
            notes = await asyncio.wait_for(self._browse(url), self._budget)
        except asyncio.TimeoutError:
            print("rollout", self.number, "out of time", flush=True)
            return 0
        print("rollout", self.number, "read", len(notes), "pages", flush=True)
        return len(notes)


async def main():
    web = Web()
    tool = PageTool(web)
    await Rollout(0, tool).run("docs/start")
    plans = [
        (1, 0.15, "slow/report"),
        (2, None, "docs/intro"),
        (3, None, "docs/faq"),
        (4, 0.5, "docs/api"),
    ]
    rollouts = [
        asyncio.create_task(Rollout(number, tool, budget).run(url), name=f"rollout-{number}")
        for number, budget, url in plans
    ]
    scores = await asyncio.gather(*rollouts)
    print("scores", scores, "requests", web.requests)


asyncio.run(main())
