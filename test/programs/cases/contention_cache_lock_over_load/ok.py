import asyncio


class Cache:
    def __init__(self):
        self.lock = asyncio.Lock()
        self.entries = {"a": 1}

    async def _load(self, key):
        await asyncio.sleep(0.004)
        return len(key)

    async def get(self, key):
        async with self.lock:
            if key not in self.entries:
                self.entries[key] = await self._load(key)
            return self.entries[key]


async def reader(cache, number):
    for _ in range(8):
        await cache.get("a")
        await asyncio.sleep(0.02)


async def miss(cache):
    await asyncio.sleep(0.05)
    await cache.get("cold")


async def main():
    cache = Cache()
    await asyncio.gather(
        *(asyncio.create_task(reader(cache, n), name=f"reader-{n}") for n in range(3)),
        asyncio.create_task(miss(cache), name="miss"),
    )


asyncio.run(main())
