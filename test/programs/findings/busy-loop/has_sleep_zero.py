import asyncio


async def wait_until(flag):
    while not flag:
        await asyncio.sleep(0)  # here


async def main():
    flag = []
    task = asyncio.create_task(wait_until(flag))
    await asyncio.sleep(0.3)
    flag.append(True)
    await task


asyncio.run(main())
