import asyncio


async def create_tables(log):
    await asyncio.sleep(0.01)
    log.append("tables")


async def load_plugins(log):
    await asyncio.sleep(0.01)
    raise LookupError("no such plugin")


async def warm_cache(log):
    await asyncio.sleep(0.01)
    log.append("cache")


class Lifespan:
    def __init__(self):
        self._startup = []

    def on_startup(self, coro):
        self._startup.append(coro)

    async def start(self):
        for coro in self._startup:
            await coro
        self._startup.clear()


async def main():
    log = []
    lifespan = Lifespan()
    lifespan.on_startup(create_tables(log))
    lifespan.on_startup(load_plugins(log))
    lifespan.on_startup(warm_cache(log))
    try:
        await lifespan.start()
    except LookupError as error:
        print("startup failed:", error)
    del lifespan
    await asyncio.sleep(0.01)
    print(log)


asyncio.run(main())
