import asyncio
import contextlib


class Connection:
    def __init__(self):
        self.incoming = asyncio.Queue()
        self.reader = asyncio.create_task(self._read(), name="reader")

    async def _read(self):
        while True:
            with contextlib.suppress(asyncio.QueueEmpty):
                print("message", await self.incoming.get())

    async def close(self):
        self.reader.cancel()
        await asyncio.gather(self.reader, return_exceptions=True)


async def main():
    connection = Connection()
    connection.incoming.put_nowait("hello")
    await asyncio.sleep(0.05)
    await connection.close()
    print("closed")


asyncio.run(main())
