import asyncio


async def job():
    sum(range(5000))
    await asyncio.sleep(0.01)


async def main():
    await asyncio.gather(*(job() for _ in range(1500)))


asyncio.run(main())
