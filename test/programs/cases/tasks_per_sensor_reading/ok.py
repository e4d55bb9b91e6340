import asyncio


class Database:
    def __init__(self):
        self.free = asyncio.Semaphore(2)
        self.rows = []

    async def insert(self, reading):
        async with self.free:
            await asyncio.sleep(0.008)
            self.rows.append(reading)


class Recorder:
    def __init__(self, database):
        self.database = database
        self.writes = set()

    async def on_reading(self, reading):
        write = asyncio.create_task(self.database.insert(reading), name=f"insert-{reading}")
        self.writes.add(write)
        if len(self.writes) > 10:
            await asyncio.wait(self.writes, return_when=asyncio.FIRST_COMPLETED)
        write.add_done_callback(self.writes.discard)


async def sensors(recorder):
    for reading in range(300):
        await recorder.on_reading(reading)
        await asyncio.sleep(0.001)


async def main():
    database = Database()
    recorder = Recorder(database)
    await asyncio.create_task(sensors(recorder), name="sensors")
    while recorder.writes:
        await asyncio.wait(recorder.writes)
    print(len(database.rows))


asyncio.run(main())
