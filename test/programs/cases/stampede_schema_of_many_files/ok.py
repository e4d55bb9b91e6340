import asyncio

LOADS = []


class Schemas:
    def __init__(self):
        self.memo = {}

    async def download(self, name):
        LOADS.append(name)
        await asyncio.sleep(0.06)
        return {"name": name}

    async def get(self, name):
        if name not in self.memo:
            self.memo[name] = asyncio.ensure_future(self.download(name))
        return await self.memo[name]


async def validate(schemas, number):
    schema = await schemas.get("order")
    await asyncio.sleep(0.005)
    return schema["name"], number


async def main():
    schemas = Schemas()
    for start in range(0, 40, 20):
        await asyncio.gather(*(validate(schemas, start + n) for n in range(20)))
    print(len(LOADS), "downloads")


asyncio.run(main())
