import asyncio

LIMIT = 4


class Engine:
    def __init__(self):
        self.slots = asyncio.Semaphore(LIMIT)

    async def fetch(self, table):
        async with self.slots:
            await asyncio.sleep(0.005)
            return table

    async def save(self, form):
        async with self.slots:
            await asyncio.sleep(0.02)
            await self.validate(form)

    async def validate(self, form):
        return await self.fetch("users")


async def main():
    engine = Engine()
    forms = [asyncio.create_task(engine.save(n), name=f"form-{n}") for n in range(6)]
    await asyncio.gather(*forms)
    print("saved")


asyncio.run(main())
