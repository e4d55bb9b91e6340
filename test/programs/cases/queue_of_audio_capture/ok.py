import asyncio


async def capture(chunks):
    for number in range(300):
        await chunks.put(bytes(64))
        await asyncio.sleep(0.001)
    await chunks.put(None)


async def encode(chunks):
    while True:
        chunk = await chunks.get()
        if chunk is None:
            return
        await asyncio.sleep(0.003)


async def main():
    chunks = asyncio.Queue(maxsize=16)
    await asyncio.gather(capture(chunks), encode(chunks))
    print("encoded")


asyncio.run(main())
