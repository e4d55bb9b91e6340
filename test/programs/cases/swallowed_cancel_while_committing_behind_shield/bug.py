import asyncio


class Consumer:
    def __init__(self, records):
        self.records = records
        self.committed = 0

    async def commit(self, number):
        await asyncio.sleep(0.05)
        self.committed = number

    async def run(self):
        for number in range(self.records):
            await asyncio.sleep(0.005)
            commit = asyncio.ensure_future(self.commit(number))
            try:
                await asyncio.shield(commit)
            except asyncio.CancelledError:
                await commit


async def health(consumer, stop):
    while not stop.is_set():
        await asyncio.sleep(0.02)


async def main():
    consumer = Consumer(12)
    stop = asyncio.Event()
    checks = asyncio.create_task(health(consumer, stop), name="health")
    running = asyncio.create_task(consumer.run(), name="consumer")
    await asyncio.sleep(0.09)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    stop.set()
    await checks
    print("committed", consumer.committed)


asyncio.run(main())
