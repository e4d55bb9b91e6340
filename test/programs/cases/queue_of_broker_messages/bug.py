import asyncio


class Consumer:
    def __init__(self):
        self.work = asyncio.Queue()
        self.handled = 0

    def on_message(self, message):
        self.work.put_nowait(message)

    async def worker(self):
        while True:
            await self.work.get()
            await asyncio.sleep(0.01)
            self.handled += 1


class Broker:
    def __init__(self, deliver):
        self.deliver = deliver
        self.sent = 0

    def tick(self):
        loop = asyncio.get_running_loop()
        for _ in range(5):
            self.deliver(self.sent)
            self.sent += 1
        if self.sent < 600:
            loop.call_later(0.005, self.tick)


async def main():
    consumer = Consumer()
    workers = [asyncio.create_task(consumer.worker()) for _ in range(2)]
    Broker(consumer.on_message).tick()
    await asyncio.sleep(1.2)
    for worker in workers:
        worker.cancel()
    print("handled", consumer.handled)


asyncio.run(main())
