import asyncio
import time
from concurrent.futures import ThreadPoolExecutor


class Warehouse:
    """The blocking driver of a data warehouse: each call is one short request."""

    def __init__(self):
        self._finish = {}
        self.requests = 0

    def _request(self):
        self.requests += 1
        time.sleep(0.004)

    def submit(self, statement, seconds):
        self._request()
        self._finish[statement] = time.monotonic() + seconds
        return statement

    def finished(self, job):
        self._request()
        return time.monotonic() >= self._finish[job]

    def describe(self, table):
        self._request()
        return [f"{table}_id", "created_at"]


class Exporter:
    def __init__(self, warehouse):
        self.warehouse = warehouse

    def _wait_for_job(self, job):
        delay = 0.05
        while not self.warehouse.finished(job):
            time.sleep(delay)
            delay = min(delay * 2, 0.4)

    async def export(self, table, seconds):
        job = await asyncio.to_thread(self.warehouse.submit, f"COPY {table}", seconds)
        await asyncio.to_thread(self._wait_for_job, job)
        return table


class SchemaApi:
    def __init__(self, warehouse):
        self.warehouse = warehouse
        self.slowest = 0.0

    async def columns(self, table):
        loop = asyncio.get_running_loop()
        started = loop.time()
        columns = await asyncio.to_thread(self.warehouse.describe, table)
        self.slowest = max(self.slowest, loop.time() - started)
        return columns


async def browse(api):
    for number in range(8):
        await api.columns(f"table{number}")
        await asyncio.sleep(0.05)


async def main():
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(4))
    warehouse = Warehouse()
    api = SchemaApi(warehouse)
    browser = asyncio.create_task(browse(api), name="schema-browser")
    await asyncio.sleep(0.08)
    exporter = Exporter(warehouse)
    tables = ["events", "persons", "groups", "sessions", "cohorts"]
    exports = [asyncio.create_task(exporter.export(table, 0.6), name=f"export-{table}") for table in tables]
    print("exported:", await asyncio.gather(*exports))
    await browser
    print(f"slowest schema lookup: {api.slowest * 1000:.0f} ms")


asyncio.run(main())
