import asyncio
import time
from concurrent.futures import ThreadPoolExecutor


async def main():
    loop, pool = asyncio.get_running_loop(), ThreadPoolExecutor(1)
    reports = [loop.run_in_executor(pool, time.sleep, 0.2) for _ in range(2)]  # here
    await asyncio.sleep(0.02)
    await loop.run_in_executor(pool, time.sleep, 0.001)
    await asyncio.gather(*reports)


asyncio.run(main())
