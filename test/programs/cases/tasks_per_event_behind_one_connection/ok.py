import asyncio


class Database:
    def __init__(self):
        self.lock = asyncio.Lock()
        self.rows = 0

    async def insert(self, row):
        async with self.lock:
            await asyncio.sleep(0.01)
            self.rows += 1


class Pump:
    def __init__(self, database):
        self.database = database
        self.background = set()

    async def handle(self, event):
        await self.database.insert(event)

    def dispatch(self, event):
        task = asyncio.create_task(self.handle(event))
        self.background.add(task)
        task.add_done_callback(self.background.discard)

    async def run(self, events):
        for event in range(events):
            await asyncio.sleep(0.001)
            while len(self.background) >= 8:
                await asyncio.wait(self.background, return_when=asyncio.FIRST_COMPLETED)
            self.dispatch(event)


async def main():
    database = Database()
    pump = Pump(database)
    await asyncio.create_task(pump.run(220), name="pump")
    print("backlog", len(pump.background), "rows", database.rows)
    while pump.background:
        await asyncio.wait(pump.background)


asyncio.run(main())
