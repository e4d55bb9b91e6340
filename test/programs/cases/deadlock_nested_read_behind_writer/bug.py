import asyncio
from contextlib import asynccontextmanager


class ReadWriteLock:
    """Many readers or one writer; a waiting writer keeps new readers out."""

    def __init__(self):
        self._entrance = asyncio.Lock()
        self._room = asyncio.Lock()
        self._readers = 0

    @asynccontextmanager
    async def reading(self):
        async with self._entrance:
            self._readers += 1
            if self._readers == 1:
                await self._room.acquire()
        try:
            yield
        finally:
            self._readers -= 1
            if self._readers == 0:
                self._room.release()

    @asynccontextmanager
    async def writing(self):
        async with self._entrance, self._room:
            yield


class IndicatorTable:
    def __init__(self):
        self._lock = ReadWriteLock()
        self._rows = {f"10.0.0.{n}": n % 5 for n in range(24)}
        self.version = 1

    async def confidence(self, indicator):
        async with self._lock.reading():
            await asyncio.sleep(0.002)
            return self._rows[indicator]

    async def update(self, indicator, confidence):
        async with self._lock.writing():
            await asyncio.sleep(0.01)
            self._rows[indicator] = confidence
            self.version += 1

    async def export(self):
        lines = []
        async with self._lock.reading():
            for indicator in self._rows:
                confidence = await self.confidence(indicator)
                lines.append(f"{indicator} {confidence}")
        return lines


async def serve_export(table):
    lines = await table.export()
    print("exported", len(lines), "indicators")


async def poll_feed(table):
    for step in range(3):
        await asyncio.sleep(0.02)
        await table.update("10.0.0.7", step)
    print("table is at version", table.version)


async def log_ticks():
    for _ in range(8):
        await asyncio.sleep(0.025)


async def main():
    table = IndicatorTable()
    print("confidence at start:", await table.confidence("10.0.0.7"))
    await asyncio.gather(
        asyncio.create_task(serve_export(table), name="export-request"),
        asyncio.create_task(poll_feed(table), name="feed-poller"),
        asyncio.create_task(log_ticks(), name="ticks"),
    )


asyncio.run(main())
