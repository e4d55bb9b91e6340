import asyncio


async def fetch(number):
    await asyncio.sleep(0.05)


async def load():
    await asyncio.gather(*(fetch(number) for number in range(8)))


asyncio.run(load())
