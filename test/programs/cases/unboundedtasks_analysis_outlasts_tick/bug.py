import asyncio


class ClickHouse:
    """Answers two queries at a time."""

    def __init__(self, seconds):
        self.seconds = seconds
        self._slots = asyncio.Semaphore(2)
        self.queries = 0

    async def query(self, text):
        async with self._slots:
            await asyncio.sleep(self.seconds)
            self.queries += 1
        return {f"10.0.0.{n}": (self.queries * n) % 90 for n in range(1, 5)}


class Analyzer:
    def __init__(self, database, interval):
        self.database = database
        self.interval = interval
        self.threshold = 50
        self.blocked = set()
        self.analyses = set()
        self.finished = 0

    async def _update_threshold_and_block_users(self):
        totals = await self.database.query("SELECT count() GROUP BY minute")
        self.threshold = max(40, sum(totals.values()) // len(totals))
        users = await self.database.query("SELECT count() GROUP BY address")
        self.blocked |= {user for user, count in users.items() if count > self.threshold}
        self.finished += 1

    async def run(self):
        number = 0
        while True:
            number += 1
            analysis = asyncio.create_task(self._update_threshold_and_block_users(), name=f"analysis-{number}")
            self.analyses.add(analysis)
            analysis.add_done_callback(self.analyses.discard)
            await asyncio.sleep(self.interval)

    async def stop(self):
        pending = list(self.analyses)
        for analysis in pending:
            analysis.cancel()
        await asyncio.gather(*pending, return_exceptions=True)
        return len(pending)


async def main():
    analyzer = Analyzer(ClickHouse(seconds=0.02), interval=0.004)
    loop_task = asyncio.create_task(analyzer.run(), name="analyzer")
    for _ in range(3):
        await asyncio.sleep(0.4)
        print("blocked:", len(analyzer.blocked), "threshold:", analyzer.threshold)
    loop_task.cancel()
    await asyncio.gather(loop_task, return_exceptions=True)
    pending = await analyzer.stop()
    print(f"analyses finished: {analyzer.finished}, under way at the end: {pending}")


asyncio.run(main())
