import asyncio


async def fetch(limit):
    async with limit:
        await asyncio.sleep(0.06)


async def main():
    limit = asyncio.Semaphore(3)
    await asyncio.gather(*(fetch(limit) for _ in range(12)))


asyncio.run(main())
