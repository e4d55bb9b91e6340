import asyncio


class Broker:
    def __init__(self):
        self.handed_out = 0
        self.returned = 0

    async def fetch(self):
        await asyncio.sleep(0.0012)
        self.handed_out += 1
        return {"id": self.handed_out, "task": "process-artifact"}

    async def give_back(self, messages):
        await asyncio.sleep(0.01)
        self.returned += len(messages)


class TaskWorker:
    """`prefetch` messages wait here at most; with 0 each goes right to a child."""

    def __init__(self, broker, concurrency, prefetch):
        self._broker = broker
        self._concurrency = concurrency
        self._queue = asyncio.Queue(maxsize=prefetch)
        self.processed = 0
        self.waiting = 0

    async def _child(self):
        while True:
            await self._queue.get()
            await asyncio.sleep(0.015)
            self.processed += 1

    async def _fetch(self):
        while True:
            message = await self._broker.fetch()
            await self._queue.put(message)

    async def _give_back(self):
        messages = []
        while not self._queue.empty():
            messages.append(self._queue.get_nowait())
        await self._broker.give_back(messages)

    async def run(self, seconds):
        tasks = [asyncio.create_task(self._fetch(), name="fetcher")]
        for number in range(self._concurrency):
            tasks.append(asyncio.create_task(self._child(), name=f"child-{number}"))
        await asyncio.sleep(seconds)
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        self.waiting = self._queue.qsize()
        await self._give_back()


async def main():
    broker = Broker()
    worker = TaskWorker(broker, concurrency=2, prefetch=0)
    await worker.run(1.2)
    print("some work was done:", worker.processed > 20)
    print("hundreds were left waiting:", worker.waiting > 200)


asyncio.run(main())
