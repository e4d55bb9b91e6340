import asyncio
import concurrent.futures
import time


def resolve(device):
    time.sleep(0.3)
    return None


def read_file():
    return "yaml"


async def ping_sweep(loop, pool):
    await asyncio.gather(*(loop.run_in_executor(pool, resolve, n) for n in range(6)))


async def open_editor(loop, pool):
    started = loop.time()
    await loop.run_in_executor(pool, read_file)
    return round(loop.time() - started, 1)


async def main():
    loop = asyncio.get_running_loop()
    pool = concurrent.futures.ThreadPoolExecutor(16)
    sweep = asyncio.create_task(ping_sweep(loop, pool), name="ping-sweep")
    await asyncio.sleep(0.05)
    print("editor opened after", await asyncio.create_task(open_editor(loop, pool), name="editor"))
    await sweep


asyncio.run(main())
