import asyncio


class Database:
    def __init__(self):
        self.lock = asyncio.Lock()

    async def rows(self, query):
        async with self.lock:
            for row in range(10):
                await asyncio.sleep(0.005)
                yield f"{query} {row}"


class Report:
    def __init__(self, database):
        self.database = database
        self.cursor = None

    async def first(self, query):
        self.cursor = self.database.rows(query)
        async for row in self.cursor:
            return row


async def main():
    database = Database()
    users, orders = Report(database), Report(database)
    print(await users.first("users"))
    print(await orders.first("orders"))


asyncio.run(main())
