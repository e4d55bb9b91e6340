import asyncio


class Registry:
    def __init__(self, needs):
        self.needs = needs
        self.starting = {}

    def start(self, name):
        if name not in self.starting:
            self.starting[name] = asyncio.ensure_future(self._start(name))
        return self.starting[name]

    async def _start(self, name):
        await asyncio.sleep(0.005)
        for other in self.needs[name]:
            await self.start(other)
        return name


async def main():
    registry = Registry({"mail": ["queue"], "queue": ["store", "mail"], "store": []})
    print(await asyncio.gather(*map(registry.start, registry.needs)))


asyncio.run(main())
