import asyncio


async def flush(part):
    await asyncio.sleep(0.15)


async def work():
    try:
        await asyncio.sleep(10)
    finally:
        for part in range(4):
            await flush(part)  # here


async def main():
    task = asyncio.create_task(work())
    await asyncio.sleep(0.02)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


asyncio.run(main())
