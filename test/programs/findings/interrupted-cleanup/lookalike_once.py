import asyncio


async def release():
    await asyncio.sleep(0.1)


async def handle():
    try:
        await asyncio.sleep(10)
    finally:
        await release()


async def main():
    task = asyncio.create_task(handle())
    await asyncio.sleep(0.02)
    task.cancel()
    await asyncio.wait([task])


asyncio.run(main())
