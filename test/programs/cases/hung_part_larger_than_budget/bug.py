import asyncio

FILES = {"notes.txt": 2, "photo.raw": 5, "song.flac": 4, "talk.mov": 12, "scan.pdf": 3}


class MemoryBudget:
    """Bounds the megabytes that uploads may hold in memory at once."""

    def __init__(self, limit):
        self.limit = limit
        self.used = 0
        self._freed = asyncio.Condition()

    async def reserve(self, size):
        async with self._freed:
            await self._freed.wait_for(lambda: self.used + size <= self.limit)
            self.used += size

    async def give_back(self, size):
        async with self._freed:
            self.used -= size
            self._freed.notify_all()


class Uploader:
    def __init__(self, budget):
        self._budget = budget
        self.stored = {}

    async def _read(self, name):
        await asyncio.sleep(0.01)
        return name.encode()

    async def _put(self, name, data):
        await asyncio.sleep(0.03)
        self.stored[name] = data

    async def upload(self, name, size):
        await self._budget.reserve(size)
        try:
            data = await self._read(name)
            await self._put(name, data)
        finally:
            await self._budget.give_back(size)


async def report(uploader):
    for _ in range(5):
        await asyncio.sleep(0.05)
    print("stored so far:", sorted(uploader.stored))


async def main():
    uploader = Uploader(MemoryBudget(limit=8))
    uploads = [asyncio.create_task(uploader.upload(name, size), name=f"upload:{name}") for name, size in FILES.items()]
    reporter = asyncio.create_task(report(uploader), name="report")
    await asyncio.gather(*uploads, reporter)
    print("all", len(uploader.stored), "files are stored")


asyncio.run(main())
