import asyncio

cache = {}


async def load(key):
    await asyncio.sleep(0.05)
    return key


async def get(key):
    if key not in cache:
        cache[key] = await load(key)  # here
    return cache[key]


async def handle(key):
    return await get(key)


async def main():
    await asyncio.gather(*(handle("a") for _ in range(20)))
    await asyncio.gather(*(handle("a") for _ in range(5)))


asyncio.run(main())
