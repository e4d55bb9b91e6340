import asyncio
import functools


def synchronized(method):
    @functools.wraps(method)
    async def locked(self, *args):
        async with self._mutex:
            return await method(self, *args)

    return locked


class Sink:
    def __init__(self):
        self._mutex = asyncio.Lock()
        self.buffer = []
        self.written = []

    @synchronized
    async def write(self, record):
        self.buffer.append(record)
        if len(self.buffer) >= 4:
            await self._flush()

    async def _flush(self):
        await asyncio.sleep(0.01)
        self.written += self.buffer
        self.buffer.clear()

    @synchronized
    async def flush(self):
        await self._flush()

    @synchronized
    async def close(self):
        await self.flush()


async def log(sink, source):
    for number in range(3):
        await sink.write(f"{source}: {number}")
        await asyncio.sleep(0.02)


async def main():
    sink = Sink()
    await asyncio.gather(*(log(sink, source) for source in ("web", "db")))
    await sink.close()
    print(len(sink.written), "records written")


asyncio.run(main())
