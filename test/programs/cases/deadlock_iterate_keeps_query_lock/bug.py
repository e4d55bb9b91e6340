import asyncio

MAILS = [(n, f"user{n}@example.org") for n in range(1, 7)]


class Connection:
    """One connection to the database: only one statement at a time may use it."""

    def __init__(self, rows):
        self._query_lock = asyncio.Lock()
        self._rows = dict(rows)
        self._sent = set()

    async def _round_trip(self):
        await asyncio.sleep(0.005)

    async def execute(self, statement, key):
        async with self._query_lock:
            await self._round_trip()
            self._sent.add(key)

    async def count(self):
        async with self._query_lock:
            await self._round_trip()
            return len(self._rows)

    async def iterate(self, query):
        async with self._query_lock:
            for key in list(self._rows):
                await self._round_trip()
                yield key, self._rows[key]


class DigestMailer:
    def __init__(self, database):
        self.database = database
        self.delivered = []

    async def _deliver(self, address):
        await asyncio.sleep(0.01)
        self.delivered.append(address)

    async def _mark_sent(self, key):
        await self.database.execute("UPDATE mail SET sent = true", key)

    async def run(self):
        async for key, address in self.database.iterate("SELECT * FROM mail"):
            await self._deliver(address)
            await self._mark_sent(key)


class Heartbeat:
    def __init__(self):
        self.beats = 0

    async def run(self, turns):
        for _ in range(turns):
            await asyncio.sleep(0.02)
            self.beats += 1


async def main():
    database = Connection(MAILS)
    print("mails to send:", await database.count())
    mailer, heartbeat = DigestMailer(database), Heartbeat()
    jobs = [
        asyncio.create_task(mailer.run(), name="digest-mailer"),
        asyncio.create_task(heartbeat.run(10), name="heartbeat"),
    ]
    await asyncio.gather(*jobs)
    print("delivered", len(mailer.delivered), "after", heartbeat.beats, "beats")


asyncio.run(main())
