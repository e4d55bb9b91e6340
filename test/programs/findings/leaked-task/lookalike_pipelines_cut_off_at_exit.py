import asyncio


async def produce(queue):
    for number in range(1000):
        await queue.put(number)


async def consume(queue):
    while True:
        await queue.get()
        await asyncio.sleep(0.1)


async def main():
    running = []
    for _ in range(3):
        queue = asyncio.Queue(2)
        running += [asyncio.create_task(produce(queue)), asyncio.create_task(consume(queue))]
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.35)


asyncio.run(main())
