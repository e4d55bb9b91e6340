import asyncio
import time


def compute(seconds):
    total, end = 0, time.perf_counter() + seconds
    while time.perf_counter() < end:  # here
        total += 1  # here
    return total


async def tick():
    while True:
        await asyncio.sleep(0.02)


async def main():
    ticker = asyncio.create_task(tick())
    await asyncio.sleep(0.05)
    compute(0.4)
    await asyncio.sleep(0.05)
    ticker.cancel()


asyncio.run(main())
