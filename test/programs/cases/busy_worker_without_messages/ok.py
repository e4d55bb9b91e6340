import asyncio


class Worker:
    min_period = 0.02

    def __init__(self):
        self.inbox = []
        self.running = True
        self.rounds = 0

    async def handle(self, message):
        raise NotImplementedError

    async def run(self):
        while self.running:
            await asyncio.sleep(self.min_period)
            self.rounds += 1
            if self.inbox:
                await self.handle(self.inbox.pop())


class Receiver(Worker):
    def __init__(self):
        super().__init__()
        self.handled = []

    async def handle(self, message):
        await asyncio.sleep(0.01)
        self.handled.append(message)


async def main():
    receiver = Receiver()
    running = asyncio.create_task(receiver.run(), name="rx-worker")
    for number in range(4):
        await asyncio.sleep(0.15)
        receiver.inbox.append(number)
    await asyncio.sleep(0.1)
    receiver.running = False
    await running
    print(receiver.handled, receiver.rounds)


asyncio.run(main())
