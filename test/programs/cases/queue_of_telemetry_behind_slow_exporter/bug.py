import asyncio


class Exporter:
    def __init__(self):
        self.spans = asyncio.Queue()
        self.sent = 0

    async def record(self, span):
        self.spans.put_nowait(span)

    async def run(self):
        while True:
            await self.spans.get()
            await asyncio.sleep(0.01)
            self.sent += 1


async def requests(exporter, count):
    for number in range(count):
        await asyncio.sleep(0.004)
        await exporter.record({"request": number})


async def main():
    exporter = Exporter()
    exporting = asyncio.create_task(exporter.run(), name="exporter")
    await asyncio.gather(*(requests(exporter, 120) for _ in range(4)))
    exporting.cancel()
    print(exporter.sent > 0)


asyncio.run(main())
