import asyncio


async def fetch(number):
    await asyncio.sleep(0.02)
    await asyncio.sleep(0.03)


async def load():
    for number in range(6):
        await fetch(number)  # here


asyncio.run(load())
