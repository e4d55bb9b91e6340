import asyncio


async def fetch(number):
    await asyncio.sleep(0.05)
    return number


async def load():
    return [await fetch(number) for number in range(8)]  # here


asyncio.run(load())
