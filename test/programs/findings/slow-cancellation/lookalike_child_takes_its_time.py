import asyncio


async def save():
    await asyncio.sleep(0.5)


async def work():
    await asyncio.shield(asyncio.ensure_future(save()))


async def main():
    task = asyncio.create_task(work())
    await asyncio.sleep(0.05)
    task.cancel()
    await asyncio.wait([task])
    await asyncio.sleep(0.6)


asyncio.run(main())
