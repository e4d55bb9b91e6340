import asyncio


async def save():
    await asyncio.sleep(0.01)


async def main():
    save().close()
    await asyncio.sleep(0.02)


asyncio.run(main())
