import asyncio
import gc


async def wait():
    await asyncio.get_running_loop().create_future()


async def main():
    asyncio.ensure_future(wait())  # here
    await asyncio.sleep(0.01)
    gc.collect()
    await asyncio.sleep(0.05)


asyncio.run(main())
