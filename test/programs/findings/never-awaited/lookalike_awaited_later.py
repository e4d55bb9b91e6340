import asyncio


async def save():
    await asyncio.sleep(0.01)


async def main():
    pending = [save() for _ in range(3)]
    await asyncio.sleep(0.02)
    await asyncio.gather(*pending)


asyncio.run(main())
