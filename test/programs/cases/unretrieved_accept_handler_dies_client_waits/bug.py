import asyncio


class Connection:
    def __init__(self, wire):
        self.wire = wire
        self.pending = {}
        self.serial = 0
        self._read_task = asyncio.create_task(self._read(), name="read")

    async def _read(self):
        while True:
            frame = await self.wire.get()
            serial, text = frame.split(" ", 1)
            self.pending.pop(int(serial)).set_result(text)

    async def call(self, text):
        self.serial += 1
        self.pending[self.serial] = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_later(0.02, self._answer, self.serial, text)
        return await self.pending[self.serial]

    def _answer(self, serial, text):
        self.wire.put_nowait(f"{serial} {text.upper()}" if text else str(serial))


async def session(connection):
    for text in ("hello", "how are you", "", "bye"):
        print(await connection.call(text))


async def main():
    connection = Connection(asyncio.Queue())
    await asyncio.create_task(session(connection), name="session")
    connection._read_task.cancel()


asyncio.run(main())
