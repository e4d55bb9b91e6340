import asyncio
import time


def compute(seconds):
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        pass


async def crunch():
    for _ in range(6):
        compute(0.003)
        await asyncio.sleep(0)  # here


async def lease():
    while True:
        await asyncio.sleep(0.02)


async def main():
    task = asyncio.create_task(lease())
    await asyncio.sleep(0.03)
    await asyncio.gather(*(crunch() for _ in range(60)))
    task.cancel()


asyncio.run(main())
