import asyncio


async def write(record, limit):
    try:
        await asyncio.sleep(0.04)
    finally:
        limit.release()


async def records(count):
    for number in range(count):
        await asyncio.sleep(0.002)
        yield number


async def consume(count):
    limit = asyncio.Semaphore(4)
    running = set()
    async for record in records(count):
        await limit.acquire()
        task = asyncio.create_task(write(record, limit))
        running.add(task)
        task.add_done_callback(running.discard)
    await asyncio.gather(*running)


async def main():
    await consume(80)
    print("consumed")


asyncio.run(main())
