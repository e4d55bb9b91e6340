import asyncio
import functools


class Store:
    def __init__(self, loop):
        self.loop = loop
        self.lock = asyncio.Lock()
        self.rows = {}

    async def save(self, key, value):
        async with self.lock:
            await asyncio.sleep(0.005)
            self.rows[key] = value

    def save_from_thread(self, key, value):
        asyncio.run_coroutine_threadsafe(self.save(key, value), self.loop).result()

    async def import_file(self, name):
        async with self.lock:
            job = functools.partial(parse, self, name)
            await self.loop.run_in_executor(None, job)


def parse(store, name):
    rows = ["%s-%d" % (name, number) for number in range(20)]
    if name.endswith(".csv"):
        store.save_from_thread(name, rows)


async def dashboard(store):
    while True:
        await asyncio.sleep(0.05)
        len(store.rows)


async def upload(store, name):
    await store.save("upload-" + name, [])
    await store.import_file(name)


async def main():
    store = Store(asyncio.get_running_loop())
    polling = asyncio.create_task(dashboard(store), name="dashboard")
    await upload(store, "a.txt")
    await asyncio.gather(upload(store, "b.txt"), upload(store, "c.csv"))
    polling.cancel()
    print(len(store.rows))


asyncio.run(main())
