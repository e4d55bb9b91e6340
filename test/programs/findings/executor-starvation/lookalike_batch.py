import asyncio
import time
from concurrent.futures import ThreadPoolExecutor


async def main():
    loop, pool = asyncio.get_running_loop(), ThreadPoolExecutor(2)
    await asyncio.gather(*(loop.run_in_executor(pool, time.sleep, 0.05) for _ in range(8)))


asyncio.run(main())
