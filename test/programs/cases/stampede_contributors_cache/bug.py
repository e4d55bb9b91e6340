import asyncio

calls = []


class Cache:
    def __init__(self):
        self.value = None

    async def fetch(self):
        calls.append(1)
        await asyncio.sleep(0.05)
        return ["ann", "bob"]

    async def get(self):
        if self.value is None:
            self.value = await self.fetch()
        return self.value


async def request(cache):
    await asyncio.sleep(0.01)
    return len(await cache.get())


async def main():
    cache = Cache()
    await asyncio.gather(*(asyncio.create_task(request(cache)) for _ in range(12)))
    await asyncio.gather(*(asyncio.create_task(request(cache)) for _ in range(12)))
    print(len(calls), "calls upstream")


asyncio.run(main())
