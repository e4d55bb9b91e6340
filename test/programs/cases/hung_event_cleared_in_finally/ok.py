import asyncio


class Processor:
    def __init__(self):
        self.activity = asyncio.Event()
        self.idles = 0

    async def on_idle(self):
        self.idles += 1
        await asyncio.sleep(0.05)

    async def run(self):
        first = True
        while True:
            try:
                await asyncio.wait_for(self.activity.wait(), 0.05 if first else None)
                self.activity.clear()
                return
            except asyncio.TimeoutError:
                first = False
                await self.on_idle()


async def main():
    processor = Processor()
    running = asyncio.create_task(processor.run(), name="processor")
    await asyncio.sleep(0.075)
    processor.activity.set()
    await running
    print("idle", processor.idles)


asyncio.run(main())
