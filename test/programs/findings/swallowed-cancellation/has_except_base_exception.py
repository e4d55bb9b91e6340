# hangs
import asyncio


async def poll():
    while True:
        try:
            await asyncio.sleep(0.02)  # here
        except BaseException:
            continue


async def main():
    task = asyncio.create_task(poll())
    await asyncio.sleep(0.05)
    task.cancel()
    await asyncio.wait([task])


asyncio.run(main())
