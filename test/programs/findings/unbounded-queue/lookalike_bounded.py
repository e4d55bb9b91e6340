import asyncio


async def produce(queue):
    for number in range(150):
        await queue.put(number)
        await asyncio.sleep(0.0005)


async def consume(queue):
    while True:
        await queue.get()
        await asyncio.sleep(0.003)


async def main():
    queue = asyncio.Queue(10)
    consumer = asyncio.create_task(consume(queue))
    await produce(queue)
    consumer.cancel()


asyncio.run(main())
