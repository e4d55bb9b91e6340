import asyncio
import time


async def main():
    for _ in range(300):
        end = time.perf_counter() + 0.002
        while time.perf_counter() < end:
            pass
        await asyncio.sleep(0)


asyncio.run(main())
