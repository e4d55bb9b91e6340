import asyncio
import time


async def crunch():
    for _ in range(60):
        end = time.perf_counter() + 0.002
        while time.perf_counter() < end:
            pass
        await asyncio.sleep(0)


async def lease():
    while True:
        await asyncio.sleep(0.02)


async def main():
    task = asyncio.create_task(lease())
    await asyncio.gather(crunch(), crunch())
    task.cancel()


asyncio.run(main())
