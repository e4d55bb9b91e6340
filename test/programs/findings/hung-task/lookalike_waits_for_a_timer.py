# killed
import asyncio


async def consume(queue):
    while True:
        await queue.get()


async def main():
    queue = asyncio.Queue()
    consumer = asyncio.create_task(consume(queue))
    queue.put_nowait(1)
    await asyncio.sleep(60)
    consumer.cancel()


asyncio.run(main())
