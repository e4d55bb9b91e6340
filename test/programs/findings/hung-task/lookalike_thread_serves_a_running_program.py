# killed
import asyncio
import queue


async def next_key(keys):
    return await asyncio.get_running_loop().run_in_executor(None, keys.get)


async def main():
    typed = asyncio.create_task(next_key(queue.Queue()))
    while not typed.done():
        await asyncio.sleep(0.05)


asyncio.run(main())
