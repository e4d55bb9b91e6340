import asyncio


async def write(record, limit):
    async with limit:
        await asyncio.sleep(0.04)


async def records(count):
    for number in range(count):
        await asyncio.sleep(0.002)
        yield number


async def consume(count):
    limit = asyncio.Semaphore(4)
    running = set()
    async for record in records(count):
        task = asyncio.create_task(write(record, limit))
        running.add(task)
        task.add_done_callback(running.discard)
    await asyncio.gather(*running)


async def main():
    await consume(250)
    print("consumed")


asyncio.run(main())
