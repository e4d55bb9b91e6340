import asyncio


async def add(lock):
    async with lock:
        await asyncio.sleep(0.001)


async def main():
    lock = asyncio.Lock()
    for _ in range(5):
        await asyncio.gather(*(add(lock) for _ in range(4)))


asyncio.run(main())
