import asyncio


class Broadcaster:
    def __init__(self):
        self.queue = asyncio.Queue()
        self.running = True
        self.sent = 0
        self.worker = asyncio.create_task(self._run(), name="broadcaster")

    async def _run(self):
        while self.running:
            await self.queue.get()
            await asyncio.sleep(0.02)
            self.sent += 1
            self.queue.task_done()

    def publish(self, message):
        self.queue.put_nowait(message)

    async def stop(self):
        self.running = False
        await self.queue.join()
        self.worker.cancel()


async def main():
    broadcaster = Broadcaster()
    for number in range(5):
        broadcaster.publish(number)
    await asyncio.sleep(0.05)
    await broadcaster.stop()
    print(broadcaster.sent)


asyncio.run(main())
