import asyncio
import random


class Documentation:
    """A site whose pages link to each other all over the place."""

    def __init__(self, pages, links):
        chance = random.Random(5)
        self._links = {f"/doc/{n}": [f"/doc/{chance.randrange(pages)}" for _ in range(links)] for n in range(pages)}

    async def get(self, url):
        await asyncio.sleep(0.02)
        return self._links[url]


class Crawler:
    def __init__(self, site):
        self._site = site
        self._queue = asyncio.Queue()
        self._seen = set()
        self.longest = 0
        self.saved = 0

    async def _save(self, url):
        await asyncio.sleep(0.002)
        self.saved += 1

    def _follow(self, links):
        for link in links:
            if link not in self._seen:
                self._seen.add(link)
                self._queue.put_nowait(link)
        self.longest = max(self.longest, self._queue.qsize())

    async def _visit(self, url):
        links = await self._site.get(url)
        await self._save(url)
        self._follow(links)

    async def _work(self):
        while True:
            url = await self._queue.get()
            await self._visit(url)
            self._queue.task_done()

    async def crawl(self, start):
        self._follow([start])
        workers = [asyncio.create_task(self._work(), name=f"crawler-{n}") for n in range(3)]
        await self._queue.join()
        for worker in workers:
            worker.cancel()
        await asyncio.wait(workers)


async def main():
    crawler = Crawler(Documentation(pages=160, links=8))
    await crawler.crawl("/doc/0")
    print("saved", crawler.saved, "pages, longest queue", crawler.longest)


asyncio.run(main())
