import asyncio


async def produce(queue):
    for number in range(400):
        queue.put_nowait(number)  # here
        await asyncio.sleep(0.0005)


async def consume(queue):
    while True:
        await queue.get()
        await asyncio.sleep(0.02)


async def main():
    queue = asyncio.Queue()
    consumer = asyncio.create_task(consume(queue))
    await produce(queue)
    consumer.cancel()


asyncio.run(main())
