import asyncio
import time
from concurrent.futures import ThreadPoolExecutor


async def main():
    loop, pool = asyncio.get_running_loop(), ThreadPoolExecutor(4)
    reports = [loop.run_in_executor(pool, time.sleep, 0.3) for _ in range(2)]
    await asyncio.sleep(0.02)
    await loop.run_in_executor(pool, time.sleep, 0.001)
    await asyncio.gather(*reports)


asyncio.run(main())
