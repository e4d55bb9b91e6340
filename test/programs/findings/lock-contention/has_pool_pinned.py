import asyncio


async def query(pool, seconds):
    async with pool:  # here
        await asyncio.sleep(seconds)


async def main():
    pool = asyncio.Semaphore(2)
    streams = [asyncio.create_task(query(pool, 0.5)) for _ in range(2)]
    await asyncio.sleep(0.02)
    await asyncio.gather(*(query(pool, 0.005) for _ in range(6)))
    await asyncio.gather(*streams)


asyncio.run(main())
