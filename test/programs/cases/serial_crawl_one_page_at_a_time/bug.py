import asyncio
from collections import deque

SITE = {
    "/": ["/docs", "/blog", "/api"],
    "/docs": ["/docs/%d" % n for n in range(5)],
    "/blog": ["/blog/%d" % n for n in range(4)] + ["/"],
    "/api": ["/api/%d" % n for n in range(4)] + ["/docs"],
}


class Browser:
    def __init__(self, latency):
        self.latency = latency
        self.fetched = 0

    async def open(self, url):
        await asyncio.sleep(self.latency)
        self.fetched += 1
        return {"url": url, "title": url.strip("/") or "home", "links": SITE.get(url, [])}


class Crawler:
    def __init__(self, browser, depth):
        self.browser = browser
        self.depth = depth
        self.visited = set()
        self.pages = []

    def _links_to_follow(self, page, depth):
        if depth >= self.depth:
            return []
        fresh = [link for link in page["links"] if link not in self.visited]
        self.visited.update(fresh)
        return [(link, depth + 1) for link in fresh]

    async def crawl(self, root):
        self.visited.add(root)
        to_crawl = deque([(root, 0)])
        while to_crawl:
            url, depth = to_crawl.popleft()
            page = await self.browser.open(url)
            self.pages.append(page)
            to_crawl.extend(self._links_to_follow(page, depth))
        return sorted(page["title"] for page in self.pages)


async def show_progress(crawler):
    while True:
        await asyncio.sleep(0.2)
        crawler.reported = len(crawler.pages)


async def main():
    loop = asyncio.get_running_loop()
    crawler = Crawler(Browser(0.08), depth=2)
    progress = asyncio.create_task(show_progress(crawler), name="progress")
    started = loop.time()
    titles = await asyncio.create_task(crawler.crawl("/"), name="crawl-site")
    took = loop.time() - started
    progress.cancel()
    await asyncio.gather(progress, return_exceptions=True)
    print("%d pages in %d ms" % (len(titles), took * 1000))


asyncio.run(main())
