import asyncio
import gc


class ActiveTask:
    """One conversation: a producer runs its requests, a consumer publishes the events."""

    def __init__(self, task_id, store, on_finished):
        self.task_id = task_id
        self._store = store
        self._on_finished = on_finished
        self._requests = asyncio.Queue()
        self._events = asyncio.Queue()
        self._producer = None
        self._consumer = None

    def start(self):
        self._producer = asyncio.create_task(self._produce(), name=f"producer-{self.task_id}")
        self._consumer = asyncio.create_task(self._consume(), name=f"consumer-{self.task_id}")

    def submit(self, text):
        self._requests.put_nowait(text)

    async def _produce(self):
        steps = 0
        try:
            while True:
                text = await self._requests.get()
                for word in text.split():
                    await asyncio.sleep(0.02)
                    steps += 1
                    await self._events.put(("word", word))
                await self._events.put(("final", text))
        finally:
            self._store.usage[self.task_id] = steps

    async def _consume(self):
        try:
            while True:
                kind, value = await self._events.get()
                if kind == "final":
                    self._store.results[self.task_id] = value
                    return
        finally:
            self._producer.cancel()
            await asyncio.wait({self._producer})
            self._on_finished(self.task_id)


class Store:
    def __init__(self):
        self.results = {}
        self.usage = {}


class Registry:
    def __init__(self, store):
        self._store = store
        self._active = {}

    def open(self, task_id, text):
        active = ActiveTask(task_id, self._store, self._release)
        self._active[task_id] = active
        active.start()
        active.submit(text)

    def _release(self, task_id):
        del self._active[task_id]

    def __len__(self):
        return len(self._active)


async def housekeeping():
    while True:
        await asyncio.sleep(0.3)
        gc.collect()


async def main():
    store = Store()
    registry = Registry(store)
    keeper = asyncio.create_task(housekeeping(), name="housekeeping")
    for number in range(6):
        registry.open(f"t{number}", "list the open invoices")
        await asyncio.sleep(0.05)
    await asyncio.sleep(0.8)
    print("results:", len(store.results), "still active:", len(registry))
    keeper.cancel()
    await asyncio.wait({keeper})


asyncio.run(main())
