import asyncio


async def work():
    try:
        await asyncio.sleep(10)  # here
    except asyncio.CancelledError:
        pass
    for _ in range(4):
        await asyncio.sleep(0.1)


async def main():
    task = asyncio.create_task(work())
    await asyncio.sleep(0.05)
    task.cancel()
    await asyncio.wait([task])


asyncio.run(main())
