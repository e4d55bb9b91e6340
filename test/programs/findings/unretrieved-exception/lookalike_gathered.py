import asyncio


async def handle():
    await asyncio.sleep(0.01)
    raise KeyError("x")


async def main():
    await asyncio.gather(handle(), handle(), return_exceptions=True)


asyncio.run(main())
