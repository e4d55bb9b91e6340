import asyncio
import time


class Platform:
    """Runs actors and has a status message for each."""

    def __init__(self):
        self.status = "READY"
        self.items = 0

    async def start(self):
        await asyncio.sleep(0.02)
        self.status = "RUNNING"

    async def finish(self):
        while self.items < 200:
            await asyncio.sleep(0.04)
            self.items += 1
            self.status = f"crawled {self.items} pages"

    async def get_status(self):
        await asyncio.sleep(0.01)
        return self.status


class StatusWatcher:
    def __init__(self, platform, final_wait):
        self._platform = platform
        self._final_wait = final_wait
        self._task = None
        self.seen = []

    async def _poll(self):
        while True:
            status = await self._platform.get_status()
            if not self.seen or self.seen[-1] != status:
                self.seen.append(status)
            await asyncio.sleep(0.05)

    async def __aenter__(self):
        self._task = asyncio.create_task(self._poll(), name="status-poll")
        return self

    async def __aexit__(self, exc_type, exc, tb):
        if exc_type is None:
            await asyncio.sleep(self._final_wait)
        self._task.cancel()
        await asyncio.wait({self._task})


async def call_actor(platform, watcher):
    await platform.start()
    async with watcher:
        await platform.finish()


async def main():
    platform = Platform()
    watcher = StatusWatcher(platform, final_wait=0.9)
    run = asyncio.create_task(call_actor(platform, watcher), name="actor-run")
    await asyncio.sleep(0.4)
    print("the user aborts the run")
    started = time.monotonic()
    run.cancel()
    await asyncio.wait({run})
    print("status messages seen:", len(watcher.seen) > 2)
    print("aborted at once:", time.monotonic() - started < 0.3)


asyncio.run(main())
