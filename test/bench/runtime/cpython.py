"""The benches of runtime.mjs on CPython: prints seconds of CPU time. `python cpython.py NAME N`."""

import asyncio
import sys
import time

TASKS = 1000


async def switch(n):
    async def spin(count):
        for _ in range(count):
            await asyncio.sleep(0)

    tasks = [asyncio.create_task(spin(n // TASKS)) for _ in range(TASKS)]
    for task in tasks:
        await task


async def queue(n):
    to, back = asyncio.Queue(), asyncio.Queue()

    async def echo():
        for _ in range(n):
            await back.put(await to.get())

    task = asyncio.create_task(echo())
    for i in range(n):
        await to.put(i)
        await back.get()
    await task


async def spawn(n):
    async def child(i):
        return i

    for i in range(n):
        await asyncio.create_task(child(i))


async def main(name, n):
    await globals()[name](n // 10)
    start = time.process_time()
    await globals()[name](n)
    print(time.process_time() - start)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
