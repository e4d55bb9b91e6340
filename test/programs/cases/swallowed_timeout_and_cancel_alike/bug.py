import asyncio


class Heartbeat:
    def __init__(self):
        self.wake = asyncio.Event()
        self.sent = 0

    async def _pause(self):
        try:
            await asyncio.wait_for(self.wake.wait(), 0.1)
        except (asyncio.TimeoutError, asyncio.CancelledError):
            pass

    async def run(self):
        while self.sent < 9:
            self.sent += 1
            await self._pause()


async def main():
    heartbeat = Heartbeat()
    task = asyncio.create_task(heartbeat.run(), name="heartbeat")
    await asyncio.sleep(0.25)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        pass
    print("sent", heartbeat.sent)


asyncio.run(main())
