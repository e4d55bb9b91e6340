import asyncio


class Fetcher:
    def __init__(self):
        self.slots = asyncio.Semaphore(2)
        self.cache = {"/": "home"}

    async def get(self, path):
        await self.slots.acquire()
        if path in self.cache:
            self.slots.release()
            return self.cache[path]
        await asyncio.sleep(0.01)
        self.cache[path] = path
        self.slots.release()
        return path


async def main():
    fetcher = Fetcher()
    for number in range(3):
        pages = ["/", f"/{number}"]
        tasks = [asyncio.create_task(fetcher.get(page), name=page) for page in pages]
        print(await asyncio.gather(*tasks))


asyncio.run(main())
