import asyncio


class Sender:
    def __init__(self):
        self.queue = asyncio.Queue()

    async def send(self, item):
        await asyncio.sleep(0.03)

    async def drain(self):
        while not self.queue.empty():
            await self.send(self.queue.get_nowait())

    async def run(self):
        try:
            while True:
                await self.send(await self.queue.get())
        except asyncio.CancelledError:
            await self.drain()
            raise


async def main():
    sender = Sender()
    for number in range(COUNT):
        sender.queue.put_nowait(number)
    sending = asyncio.create_task(sender.run(), name="sender")
    await asyncio.sleep(0.05)
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    print("left", sender.queue.qsize())


COUNT = 4
asyncio.run(main())
