# hangs
import asyncio

lock = asyncio.Lock()


async def save():
    async with lock:  # here
        await asyncio.sleep(0.01)


def work(loop):
    asyncio.run_coroutine_threadsafe(save(), loop).result()


async def main():
    loop = asyncio.get_running_loop()
    async with lock:
        await loop.run_in_executor(None, work, loop)  # here


asyncio.run(main())
