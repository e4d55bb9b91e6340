import asyncio


class Cache:
    def __init__(self):
        self.tasks = {}

    def start(self, key):
        task = self.tasks[key] = asyncio.ensure_future(self.load(key))
        task.add_done_callback(lambda _: self.forget(key))
        return task

    async def load(self, key):
        return key

    def forget(self, key):
        del self.tasks[key]


async def main():
    cache = Cache()
    for _ in range(10):
        await asyncio.gather(*(cache.start(key) for key in range(200)))


asyncio.run(main())
