import asyncio


class Poller:
    def __init__(self):
        self.polls = 0

    async def fetch(self):
        await asyncio.sleep(0.02)
        self.polls += 1

    async def run(self):
        while True:
            try:
                await self.fetch()
            except Exception:
                print("poll failed, again")
                await asyncio.sleep(0.01)

    async def start(self):
        self.task = asyncio.create_task(self.run(), name="poller")

    async def stop(self):
        self.task.cancel()
        try:
            await self.task
        except asyncio.CancelledError:
            pass


async def main():
    poller = Poller()
    await poller.start()
    await asyncio.sleep(0.1)
    await poller.stop()
    print("stopped after", poller.polls)


asyncio.run(main())
