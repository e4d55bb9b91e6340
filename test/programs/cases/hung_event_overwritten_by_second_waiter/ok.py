import asyncio


class TaskStore:
    def __init__(self):
        self._events = {}
        self.state = {}

    async def wait_for_update(self, task_id):
        event = self._events.setdefault(task_id, asyncio.Event())
        await event.wait()
        return self.state[task_id]

    def update(self, task_id, state):
        self.state[task_id] = state
        event = self._events.pop(task_id, None)
        if event is not None:
            event.set()


async def poll(store, client):
    print(client, await store.wait_for_update("t1"))


async def main():
    store = TaskStore()
    pollers = [asyncio.create_task(poll(store, name), name=name) for name in ("web", "cli")]
    await asyncio.sleep(0.05)
    store.update("t1", "completed")
    await asyncio.gather(*pollers)


asyncio.run(main())
