import asyncio


class Batches:
    def __init__(self):
        self.ready = asyncio.Condition()
        self.items = []

    async def put(self, batch):
        async with self.ready:
            self.items.append(batch)
            self.ready.notify()

    async def get(self):
        async with self.ready:
            await self.ready.wait()
            batches, self.items = self.items, []
            return batches


async def write(batches):
    await asyncio.sleep(0.05 * len(batches))


async def produce(batches):
    for number in range(6):
        await asyncio.sleep(0.08 if number < 5 else 0.03)
        await batches.put(number)


async def consume(batches):
    written = 0
    while written < 6:
        ready = await batches.get()
        await write(ready)
        written += len(ready)
    return written


async def main():
    batches = Batches()
    consumer = asyncio.create_task(consume(batches), name="consumer")
    producer = asyncio.create_task(produce(batches), name="producer")
    await producer
    print(await consumer)


asyncio.run(main())
