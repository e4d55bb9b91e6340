import asyncio


class Backend:
    def __init__(self):
        self.status_calls = 0

    async def status(self, report):
        await asyncio.sleep(0.005)
        self.status_calls += 1
        return "done" if report.startswith("small") else "running"


class Record:
    def __init__(self, owner, expires):
        self.owner = owner
        self.expires = expires
        self.state = "working"


class ReportManager:
    def __init__(self, backend, ttl, cleanup_interval):
        self.backend = backend
        self.ttl = ttl
        self.cleanup_interval = cleanup_interval
        self._records = {}
        self._background = {}
        self._by_owner = {}

    def submit(self, owner, report):
        now = asyncio.get_running_loop().time()
        self._records[report] = Record(owner, now + self.ttl)
        self._by_owner.setdefault(owner, set()).add(report)
        self._background[report] = asyncio.create_task(self._watch(report), name=f"watch-{report}")
        return report

    async def _watch(self, report):
        record = self._records[report]
        while record.state == "working":
            await asyncio.sleep(0.03)
            if await self.backend.status(report) == "done":
                record.state = "completed"

    def _evict(self, report):
        record = self._records.pop(report)
        self._by_owner[record.owner].discard(report)
        task = self._background.pop(report, None)
        if task is not None:
            task.cancel()

    def get(self, report):
        record = self._records.get(report)
        if record is not None and asyncio.get_running_loop().time() >= record.expires:
            self._evict(report)
            return "expired"
        return record.state if record is not None else "expired"

    async def cleanup_expired(self):
        while True:
            await asyncio.sleep(self.cleanup_interval)
            now = asyncio.get_running_loop().time()
            for report in [r for r, rec in self._records.items() if now >= rec.expires]:
                self._evict(report)


async def client(manager, name, reports):
    outcome = {}
    for kind in reports:
        report = manager.submit(name, f"{kind}-{name}")
        while manager.get(report) == "working":
            await asyncio.sleep(0.05)
        outcome[kind] = manager.get(report)
    return outcome


async def main():
    backend = Backend()
    manager = ReportManager(backend, ttl=0.25, cleanup_interval=30)
    cleanup = asyncio.create_task(manager.cleanup_expired(), name="cleanup")
    names = ["anna", "ben", "carl", "dora"]
    clients = [asyncio.create_task(client(manager, name, ["small", "large"]), name=f"client-{name}") for name in names]
    for name, outcome in zip(names, await asyncio.gather(*clients)):
        print(name, outcome)
    before = backend.status_calls
    await asyncio.sleep(0.8)
    print("status calls after all were answered:", backend.status_calls > before + 4)
    cleanup.cancel()
    await asyncio.gather(cleanup, return_exceptions=True)


asyncio.run(main())
