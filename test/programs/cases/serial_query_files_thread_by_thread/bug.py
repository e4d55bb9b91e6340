import asyncio
import time
from concurrent.futures import ThreadPoolExecutor


class Share:
    """A directory on a network file system: a read takes its time, many may go on at once."""

    def __init__(self, latency):
        self.latency = latency
        self.files = {}

    def names(self, folder):
        time.sleep(self.latency / 4)
        return sorted(name for name in self.files if name.startswith(folder + "/"))

    def read_text(self, name):
        time.sleep(self.latency)
        return self.files[name]


class CannedQueries:
    def __init__(self, share):
        self.share = share

    def _parse(self, name, text):
        title, _, sql = text.partition("\n")
        return {"name": name.rsplit("/", 1)[1], "title": title, "sql": sql.strip()}

    async def load(self, database):
        queries = []
        for name in await asyncio.to_thread(self.share.names, database):
            text = await asyncio.to_thread(self.share.read_text, name)
            queries.append(self._parse(name, text))
        return queries


async def visitors(hits):
    while True:
        await asyncio.sleep(0.03)
        hits.append("/-/versions")


async def main():
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(16))
    share = Share(latency=0.08)
    for number in range(12):
        share.files[f"trees/q{number:02}.sql"] = f"Query {number}\nselect {number} from trees"
    share.files["logs/all.sql"] = "All\nselect * from logs"
    hits = []
    traffic = asyncio.create_task(visitors(hits), name="visitors")
    started = loop.time()
    queries = await asyncio.create_task(CannedQueries(share).load("trees"), name="database-page")
    print(f"{len(queries)} queries in {(loop.time() - started) * 1000:.0f} ms")
    traffic.cancel()
    await asyncio.gather(traffic, return_exceptions=True)
    print("served meanwhile:", len(hits) > 1)


asyncio.run(main())
