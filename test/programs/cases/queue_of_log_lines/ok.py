import asyncio


async def lines(count):
    for number in range(count):
        await asyncio.sleep(0.001)
        yield number


async def pump(stream, queue):
    async for line in stream:
        await queue.put(line)
    await queue.put(None)


async def concat(*streams):
    queues = [asyncio.Queue(maxsize=8) for _ in streams]
    pumps = [asyncio.ensure_future(pump(stream, queue)) for stream, queue in zip(streams, queues)]
    for queue in queues:
        while (line := await queue.get()) is not None:
            yield line
    await asyncio.gather(*pumps)


async def main():
    seen = 0
    async for _ in concat(lines(260), lines(260)):
        seen += 1
        await asyncio.sleep(0.002)
    print(seen)


asyncio.run(main())
