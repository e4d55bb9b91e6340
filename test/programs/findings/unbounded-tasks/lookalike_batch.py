import asyncio


async def handle(limit):
    async with limit:
        await asyncio.sleep(0.002)


async def main():
    limit = asyncio.Semaphore(20)
    await asyncio.gather(*(handle(limit) for _ in range(500)))


asyncio.run(main())
