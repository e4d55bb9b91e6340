import asyncio
import gc


async def wait():
    await asyncio.get_running_loop().create_future()


async def main():
    task = asyncio.ensure_future(wait())
    await asyncio.sleep(0.01)
    gc.collect()
    await asyncio.sleep(0.01)
    task.cancel()


asyncio.run(main())
