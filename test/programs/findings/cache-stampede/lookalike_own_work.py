import asyncio


async def load(key):
    await asyncio.sleep(0.05)


async def handle(key):
    await load(key)


async def main():
    await asyncio.gather(*(handle(key) for key in range(20)))


asyncio.run(main())
