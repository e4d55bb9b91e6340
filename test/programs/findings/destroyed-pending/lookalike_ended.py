import asyncio
import gc


async def wait():
    await asyncio.sleep(0.01)


async def main():
    asyncio.ensure_future(wait())
    await asyncio.sleep(0.05)
    gc.collect()


asyncio.run(main())
