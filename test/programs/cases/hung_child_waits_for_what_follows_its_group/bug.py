import asyncio


class Job:
    def __init__(self):
        self.stored = asyncio.Event()
        self.rows = []

    async def store(self, row):
        await asyncio.sleep(0.02)
        self.rows.append(row)

    async def report(self):
        await self.stored.wait()
        print(len(self.rows), "rows")

    async def run(self):
        async with asyncio.TaskGroup() as group:
            group.create_task(self.report(), name="report")
            for row in range(5):
                group.create_task(self.store(row), name=f"store-{row}")
        self.stored.set()


asyncio.run(Job().run())
