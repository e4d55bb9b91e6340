import asyncio


class Site:
    def __init__(self, pages):
        self._pages = pages

    async def get(self, url):
        await asyncio.sleep(0.12)
        return self._pages[url]


class Index:
    def __init__(self):
        self.titles = {}

    async def parse_listing(self, url, text):
        words = text.split()
        await asyncio.sleep(0.005)
        self.titles[url] = words[0]
        return words[1:]

    async def parse_article(self, url, text):
        await asyncio.sleep(0.01)
        self.titles[url] = text.partition(" ")[0]
        return []


class Crawler:
    def __init__(self, site, index, limit):
        self._site = site
        self._index = index
        self._slots = asyncio.Semaphore(limit)
        self.fetched = 0

    async def _fetch(self, url):
        async with self._slots:
            text = await self._site.get(url)
        self.fetched += 1
        parser = self._index.parse_listing if url.startswith("/list") else self._index.parse_article
        return parser(url, text)

    async def crawl(self, urls):
        tasks = [asyncio.create_task(self._fetch(url), name=f"fetch-{url}") for url in urls]
        results = await asyncio.gather(*tasks)
        return sum(1 for result in results if result is not None)


async def report(crawler):
    while True:
        await asyncio.sleep(0.25)
        print("fetching:", crawler.fetched > 0, flush=True)


async def main():
    pages = {f"/list/{number}": f"Listing-{number} a b c" for number in range(4)}
    pages.update({f"/post/{number}": f"Post-{number} some text" for number in range(12)})
    index = Index()
    crawler = Crawler(Site(pages), index, 8)
    reporter = asyncio.create_task(report(crawler), name="report")
    parsed = 0
    urls = sorted(pages)
    for start in range(0, len(urls), 8):
        parsed += await crawler.crawl(urls[start : start + 8])
        await asyncio.sleep(0.2)
    reporter.cancel()
    await asyncio.wait({reporter})
    print("fetched:", crawler.fetched, "parsed:", parsed)
    print("titles in the index:", len(index.titles))


asyncio.run(main())
