import asyncio


class Settings:
    def __init__(self):
        self.values = {"level": "info"}
        self.version = 0

    async def load(self, changes):
        await asyncio.sleep(0.02)
        self.values.update(changes)
        self.version += 1


class SettingsService:
    def __init__(self, settings, patience):
        self.settings = settings
        self.patience = patience
        self.applied = asyncio.Event()
        self.reloads = set()
        self.unconfirmed = 0

    async def _reload(self, changes):
        await self.settings.load(changes)
        self.applied.set()

    async def _wait_until_applied(self):
        try:
            await asyncio.wait_for(self.applied.wait(), self.patience)
        except asyncio.TimeoutError:
            self.unconfirmed += 1

    async def apply(self, changes):
        self.applied.clear()
        reload = asyncio.create_task(self._reload(changes), name="reload-%d" % self.settings.version)
        self.reloads.add(reload)
        reload.add_done_callback(self.reloads.discard)
        await self._wait_until_applied()
        await asyncio.gather(*self.reloads)
        return self.settings.version


async def operator(service):
    for level in ("debug", "warning"):
        await asyncio.sleep(0.1)
        await service.apply({"level": level})


async def answer_requests(settings, count, answered):
    loop = asyncio.get_running_loop()
    for _ in range(count):
        started = loop.time()
        await asyncio.sleep(0.02)
        answered.append((settings.values["level"], loop.time() - started))


async def main():
    settings = Settings()
    service = SettingsService(settings, patience=0.6)
    answered = []
    requests = asyncio.create_task(answer_requests(settings, 30, answered), name="request-handler")
    await asyncio.create_task(operator(service), name="operator")
    await requests
    slowest = max(took for level, took in answered)
    print(
        "version %d, unconfirmed %d, slowest request: %d ms" % (settings.version, service.unconfirmed, slowest * 1000)
    )


asyncio.run(main())
