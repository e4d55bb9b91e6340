# killed
import asyncio
import time

lock = asyncio.Lock()


async def progress():
    async with lock:
        await asyncio.sleep(0.01)


def work(loop):
    # It waits for no result, and goes on telling.
    while True:
        asyncio.run_coroutine_threadsafe(progress(), loop)
        time.sleep(0.1)


async def main():
    loop = asyncio.get_running_loop()
    async with lock:
        await loop.run_in_executor(None, work, loop)


asyncio.run(main())
