import asyncio


async def handle():
    raise KeyError("x")


async def main():
    task = asyncio.ensure_future(handle())
    await asyncio.sleep(0.05)
    assert task.exception()


asyncio.run(main())
