import asyncio


class Crawler:
    def __init__(self):
        self.links = asyncio.Queue(maxsize=4)
        self.pages = asyncio.Queue(maxsize=2)
        self.seen = set()

    async def fetch(self):
        while True:
            link = await self.links.get()
            await asyncio.sleep(0.002)
            await self.pages.put((link, [f"{link}/{n}" for n in range(5)]))

    async def parse(self):
        while True:
            _, found = await self.pages.get()
            for each in found:
                if each not in self.seen and len(each) < 8:
                    self.seen.add(each)
                    await self.links.put(each)


async def main():
    crawler = Crawler()
    await crawler.links.put("a")
    stages = {"fetcher": crawler.fetch(), "parser": crawler.parse()}
    workers = [asyncio.create_task(stage, name=name) for name, stage in stages.items()]
    while len(crawler.seen) < 100:
        await asyncio.sleep(0.05)
    for worker in workers:
        worker.cancel()
    print(len(crawler.seen), "links")


asyncio.run(main())
