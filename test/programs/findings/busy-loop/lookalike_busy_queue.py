import asyncio


async def main():
    queue = asyncio.Queue(1)

    async def produce():
        for number in range(2000):
            await queue.put(number)

    async def consume():
        for _ in range(2000):
            await queue.get()

    await asyncio.gather(produce(), consume())


asyncio.run(main())
