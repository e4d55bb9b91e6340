import asyncio
import time


def compute(seconds):
    total, end = 0, time.perf_counter() + seconds
    while time.perf_counter() < end:
        total += 1
    return total


async def tick():
    while True:
        await asyncio.sleep(0.02)


async def main():
    ticker = asyncio.create_task(tick())
    await asyncio.sleep(0.05)
    await asyncio.get_running_loop().run_in_executor(None, compute, 0.3)
    await asyncio.sleep(0.05)
    ticker.cancel()


asyncio.run(main())
