import asyncio
from collections import deque


class CommandError(Exception):
    pass


class Provider:
    def __init__(self, name, delay, disk_free):
        self.name = name
        self._delay = delay
        self._disk_free = disk_free

    async def execute(self, frame):
        await asyncio.sleep(self._delay)
        if self._disk_free == 0:
            raise CommandError(f"{self.name}: transfer failed, no space left")
        self._disk_free -= 1
        return f"frame-{frame}.png"


class Engine:
    def __init__(self, providers):
        self._providers = providers
        self._frames = deque()
        self._finished = asyncio.Event()
        self.results = {}
        self.invoices = 0

    async def _take_invoices(self):
        while not self._finished.is_set():
            await asyncio.sleep(0.05)
            self.invoices += 1

    async def _work(self, provider):
        while self._frames:
            frame = self._frames.popleft()
            self.results[frame] = await provider.execute(frame)

    async def map(self, frames):
        self._frames.extend(frames)
        invoices = asyncio.create_task(self._take_invoices(), name="invoices")
        services = {invoices}
        workers = {
            asyncio.create_task(self._work(provider), name=f"worker:{provider.name}") for provider in self._providers
        }
        while services or workers:
            done, _ = await asyncio.wait(services | workers, return_when=asyncio.FIRST_COMPLETED)
            for task in done & services:
                task.result()
            services -= done
            workers -= done
            if not workers:
                self._finished.set()


async def main():
    providers = [
        Provider("azathoth", 0.03, disk_free=100),
        Provider("yog", 0.04, disk_free=3),
        Provider("dagon", 0.05, disk_free=100),
    ]
    engine = Engine(providers)
    await engine.map(range(40))
    print("computed", len(engine.results), "of 40 frames, invoices seen:", engine.invoices > 0)


asyncio.run(main())
