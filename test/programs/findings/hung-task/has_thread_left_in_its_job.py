# hangs
import asyncio
import queue


async def next_key(keys):
    return await asyncio.get_running_loop().run_in_executor(None, keys.get)  # here


async def main():
    typed = asyncio.create_task(next_key(queue.Queue()))
    await asyncio.sleep(0.1)
    typed.cancel()
    await asyncio.wait([typed])


asyncio.run(main())
