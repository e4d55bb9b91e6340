import asyncio


async def handle(limit):
    async with limit:
        await asyncio.sleep(0.01)


async def main():
    limit, tasks = asyncio.Semaphore(2), []
    for _ in range(300):
        tasks.append(asyncio.create_task(handle(limit)))  # here
        await asyncio.sleep(0.0005)
    await asyncio.gather(*tasks)


asyncio.run(main())
