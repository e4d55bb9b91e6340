import asyncio
import random


async def tick():
    while True:
        await asyncio.sleep(0.02)


async def main():
    ticker = asyncio.create_task(tick())
    await asyncio.sleep(0.05)
    sorted(random.random() for _ in range(900_000))  # here
    await asyncio.sleep(0.05)
    ticker.cancel()


asyncio.run(main())
