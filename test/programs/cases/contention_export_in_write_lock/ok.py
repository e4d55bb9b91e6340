import asyncio


class Store:
    def __init__(self):
        self.lock = asyncio.Lock()
        self.rows = list(range(10))

    async def write(self, row):
        async with self.lock:
            await asyncio.sleep(0.003)
            self.rows.append(row)

    async def export(self, upload):
        async with self.lock:
            rows = list(self.rows)
        await upload(rows)


async def upload(rows):
    await asyncio.sleep(0.5)


async def writer(store, number):
    for row in range(6):
        await store.write((number, row))
        await asyncio.sleep(0.01)


async def main():
    store = Store()
    writers = [asyncio.create_task(writer(store, n), name=f"writer-{n}") for n in range(4)]
    await asyncio.sleep(0.03)
    exporting = asyncio.create_task(store.export(upload), name="export")
    for task in [*writers, exporting]:
        await task
    print(len(store.rows))


asyncio.run(main())
