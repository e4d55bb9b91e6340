import asyncio


async def use(lock, seconds):
    async with lock:  # here
        await asyncio.sleep(seconds)  # here


async def main():
    lock = asyncio.Lock()
    await asyncio.gather(use(lock, 0.4), *(use(lock, 0.001) for _ in range(6)))


asyncio.run(main())
