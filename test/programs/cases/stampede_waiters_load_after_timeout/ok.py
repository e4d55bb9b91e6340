import asyncio
import time


class Warehouse:
    def __init__(self):
        self.queries = 0

    async def sales_report(self, region):
        self.queries += 1
        await asyncio.sleep(0.45)
        return {"region": region, "total": 1000 + self.queries}


class ReportCache:
    """One caller loads a report, the others wait for what it finds."""

    def __init__(self, warehouse, ttl, patience):
        self._warehouse = warehouse
        self._ttl = ttl
        self._patience = patience
        self._entries = {}
        self._loading = {}
        self.reminders = 0

    def _fresh(self, region):
        entry = self._entries.get(region)
        if entry is not None and time.monotonic() < entry[1]:
            return entry[0]
        return None

    async def _load(self, region):
        report = await self._warehouse.sales_report(region)
        self._entries[region] = (report, time.monotonic() + self._ttl)
        return report

    async def _lead(self, region):
        loaded = self._loading[region] = asyncio.Event()
        try:
            return await self._load(region)
        finally:
            del self._loading[region]
            loaded.set()

    async def get(self, region):
        report = self._fresh(region)
        if report is not None:
            return report
        loading = self._loading.get(region)
        while loading is not None:
            try:
                await asyncio.wait_for(loading.wait(), self._patience)
            except asyncio.TimeoutError:
                self.reminders += 1
            loading = self._loading.get(region)
        return self._fresh(region) or await self._lead(region)


async def show_dashboard(cache, shown, user):
    await asyncio.sleep(0.004 * user)
    report = await cache.get("north")
    shown.append((user, report["region"]))


async def main():
    warehouse, shown = Warehouse(), []
    cache = ReportCache(warehouse, ttl=0.2, patience=0.15)
    for _ in range(2):
        users = [asyncio.create_task(show_dashboard(cache, shown, n), name=f"dashboard-{n}") for n in range(12)]
        await asyncio.gather(*users)
        await cache.get("north")
        await asyncio.sleep(0.25)
    print("shown", len(shown), "dashboards with", warehouse.queries, "queries")


asyncio.run(main())
