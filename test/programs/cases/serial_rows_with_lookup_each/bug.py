import asyncio


class Store:
    async def _query(self, sql):
        await asyncio.sleep(0.025)
        return sql

    async def author(self, number):
        return await self._query(f"SELECT {number}")


class Row:
    def __init__(self, store, number):
        self.store = store
        self.number = number

    async def to_dict(self):
        return {"id": self.number, "author": await self.store.author(self.number)}


async def page(store):
    rows = [Row(store, number) for number in range(12)]
    return [await row.to_dict() for row in rows]


async def main():
    print(len(await asyncio.create_task(page(Store()), name="page")))


asyncio.run(main())
