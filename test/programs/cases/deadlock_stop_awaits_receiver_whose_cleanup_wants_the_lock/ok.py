import asyncio
import contextlib


class Layer:
    def __init__(self):
        self.lock = asyncio.Lock()
        self.free = ["conn-0", "conn-1"]
        self.received = []
        self.receiver = None

    async def take(self):
        async with self.lock:
            return self.free.pop()

    async def give_back(self, connection):
        async with self.lock:
            self.free.append(connection)

    async def receive(self):
        connection = await self.take()
        try:
            while True:
                await asyncio.sleep(0.03)
                self.received.append(connection)
        finally:
            await self.give_back(connection)

    async def send(self, message):
        connection = await self.take()
        await asyncio.sleep(0.005)
        await self.give_back(connection)

    async def close(self):
        self.receiver.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self.receiver
        async with self.lock:
            self.free.sort()


async def group_sender(layer, count):
    for number in range(count):
        await layer.send(number)
        await asyncio.sleep(0.01)


async def main():
    layer = Layer()
    layer.receiver = asyncio.create_task(layer.receive(), name="receiver")
    await group_sender(layer, 6)
    await layer.close()
    print(len(layer.received) > 0, layer.free)


asyncio.run(main())
