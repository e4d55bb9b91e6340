import asyncio
import time


async def tick():
    while True:
        await asyncio.sleep(0.02)


async def main():
    ticker = asyncio.create_task(tick())
    await asyncio.sleep(0.05)
    await asyncio.get_running_loop().run_in_executor(None, time.sleep, 0.4)
    await asyncio.sleep(0.05)
    ticker.cancel()


asyncio.run(main())
