import asyncio


class Registry:
    def __init__(self):
        self.lock = asyncio.Lock()
        self.values = {}

    async def write(self, name, value):
        async with self.lock:
            self.values[name] = value

    async def upload(self):
        async with self.lock:
            values = dict(self.values)
        await asyncio.sleep(0.3)
        return len(values)


async def sensor(registry, name):
    for value in range(20):
        await registry.write(name, value)
        await asyncio.sleep(0.02)


async def reporter(registry):
    await asyncio.sleep(0.1)
    print("uploaded", await registry.upload())


async def main():
    registry = Registry()
    await asyncio.gather(reporter(registry), *(sensor(registry, f"s{n}") for n in range(4)))


asyncio.run(main())
