import asyncio


class Settings:
    def __init__(self):
        self.version = 1
        self.loaded = 1
        self.reloads = 0
        self.fetching = None
        self.changed = asyncio.Event()

    async def _fetch(self):
        self.reloads += 1
        await asyncio.sleep(0.15)
        self.loaded = self.version

    async def current(self):
        if self.loaded != self.version:
            if self.fetching is None:
                self.fetching = asyncio.create_task(self._fetch(), name="reload")
            await self.fetching
        return self.loaded


async def work(settings):
    for _ in range(2):
        await settings.current()
        await asyncio.sleep(0.02)
    await settings.changed.wait()
    return await settings.current()


async def main():
    settings = Settings()
    workers = [asyncio.create_task(work(settings), name=f"worker-{n}") for n in range(12)]
    await asyncio.sleep(0.1)
    settings.version = 2
    settings.changed.set()
    await asyncio.wait(workers)
    print("reloads", settings.reloads)


asyncio.run(main())
