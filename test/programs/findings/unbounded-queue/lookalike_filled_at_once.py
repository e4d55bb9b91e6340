import asyncio


async def main():
    queue = asyncio.Queue()
    for number in range(500):
        queue.put_nowait(number)

    async def work():
        while not queue.empty():
            await queue.get()
            await asyncio.sleep(0.001)

    await asyncio.gather(*(work() for _ in range(5)))


asyncio.run(main())
