import asyncio


class Stream:
    def __init__(self, chunks):
        self.chunks = chunks
        self.open = True

    async def read(self):
        for chunk in self.chunks:
            await asyncio.sleep(0.005)
            yield chunk

    async def close(self):
        await asyncio.sleep(0.001)
        self.open = False


class TracedStream:
    def __init__(self, stream):
        self.stream = stream
        self.spans = []

    async def read(self):
        async for chunk in self.stream.read():
            self.spans.append(len(chunk))
            yield chunk

    async def close(self):
        await self.stream.close()
        self.spans.clear()


async def answer(stream):
    text = ""
    async for chunk in stream.read():
        text += chunk
    await stream.close()
    return text


async def main():
    streams = [TracedStream(Stream(["a", "bc", "def"])) for _ in range(3)]
    print(await asyncio.gather(*(answer(stream) for stream in streams)))
    print([stream.stream.open for stream in streams])


asyncio.run(main())
