import asyncio
import time
from concurrent.futures import ThreadPoolExecutor


def scan(seconds):
    time.sleep(seconds)
    return "scanned"


async def scan_with_timeout(seconds):
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor() as pool:
        try:
            return await asyncio.wait_for(loop.run_in_executor(pool, scan, seconds), 0.1)
        except asyncio.TimeoutError:
            return "too slow"


async def pulse(late):
    loop = asyncio.get_running_loop()
    for _ in range(40):
        due = loop.time() + 0.02
        await asyncio.sleep(0.02)
        late.append(loop.time() - due)


async def main():
    late = []
    pulsing = asyncio.create_task(pulse(late), name="pulse")
    print(await asyncio.create_task(scan_with_timeout(0.7), name="scan"))
    await pulsing


asyncio.run(main())
