import asyncio


class Service:
    def __init__(self):
        self.stopped = asyncio.Event()

    def reset(self):
        self.stopped.clear()

    async def run(self):
        print("running")
        await self.stopped.wait()
        print("stopped")


async def main():
    service = Service()
    running = asyncio.create_task(service.run(), name="service")
    await asyncio.sleep(0.02)
    service.reset()
    service.stopped.set()
    await running


asyncio.run(main())
