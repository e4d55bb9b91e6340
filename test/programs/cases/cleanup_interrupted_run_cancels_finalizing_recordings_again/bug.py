import asyncio


class Storage:
    def __init__(self):
        self.parts = {}
        self.manifests = {}

    async def put_part(self, camera, frames):
        await asyncio.sleep(0.02)
        self.parts.setdefault(camera, []).extend(frames)

    async def put_manifest(self, camera):
        await asyncio.sleep(0.12)
        self.manifests[camera] = len(self.parts[camera])


class Recorder:
    def __init__(self, storage):
        self._storage = storage
        self._recordings = {}

    def start(self, camera):
        task = asyncio.create_task(self._record(camera), name=f"recording:{camera}")
        self._recordings[camera] = task

    async def _record(self, camera):
        frames = []
        number = 0
        try:
            while True:
                await asyncio.sleep(0.03)
                frames.append(f"{camera}/{number}")
                number += 1
                if len(frames) == 6:
                    await self._storage.put_part(camera, frames)
                    frames = []
        finally:
            await self._storage.put_part(camera, frames)
            await self._storage.put_manifest(camera)

    def stop_all(self):
        for task in self._recordings.values():
            task.cancel()


class Dashboard:
    def __init__(self, storage):
        self._storage = storage
        self.refreshed = 0

    async def refresh(self):
        while True:
            await asyncio.sleep(0.2)
            self.refreshed += 1
            total = sum(len(parts) for parts in self._storage.parts.values())
            print("frames stored:", total > 0, flush=True)

    async def say_goodbye(self):
        await asyncio.sleep(0.05)


async def main(storage):
    recorder = Recorder(storage)
    dashboard = Dashboard(storage)
    screen = asyncio.create_task(dashboard.refresh(), name="dashboard")
    for camera in ("door", "yard", "garage", "hall"):
        recorder.start(camera)
    await asyncio.sleep(0.95)
    screen.cancel()
    recorder.stop_all()
    await dashboard.say_goodbye()


storage = Storage()
asyncio.run(main(storage))
print("finished recordings:", sorted(storage.manifests))
