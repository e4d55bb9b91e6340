import asyncio


class Client:
    def __init__(self):
        self.frames = asyncio.Queue()
        self.pending = {}
        self.reader = asyncio.create_task(self._read(), name="reader")

    async def _read(self):
        while True:
            frame = await self.frames.get()
            if ":" not in frame:
                continue
            number, text = frame.split(":")
            self.pending.pop(int(number)).set_result(text)

    async def call(self, number):
        self.pending[number] = asyncio.get_running_loop().create_future()
        return await self.pending[number]


async def main():
    client = Client()
    calls = [asyncio.create_task(client.call(n), name=f"call-{n}") for n in range(2)]
    await asyncio.sleep(0.01)
    client.frames.put_nowait("0:ok")
    client.frames.put_nowait("garbage")
    client.frames.put_nowait("1:ok")
    print(await asyncio.gather(*calls))
    client.reader.cancel()


asyncio.run(main())
