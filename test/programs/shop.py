"""A small shop and its customers: what `requests.py` and `requests_streams.py` serve and ask for.

The shop waits on what real servers wait on: a database that takes its time, a lock around a cache, a queue that one
task writes out, and, once, a report that is computed on the loop. The customers are 1,000 requests of which 50 run at
once; some take too long and time out, and somebody loses patience with a few.
"""

import asyncio
import random
import sys
from typing import Awaitable, Callable, Dict, List

REQUESTS = 1_000
AT_ONCE = 50
TOO_LONG_S = 0.4
Get = Callable[[str], Awaitable[str]]


class Shop:
    def __init__(self) -> None:
        self.random = random.Random(4711)
        self.cache: Dict[str, str] = {}
        self.cache_lock = asyncio.Lock()
        self.visits: asyncio.Queue[str] = asyncio.Queue(maxsize=20)

    async def page(self, path: str) -> str:
        """The answer to a request for `path`."""
        if path == "/report":
            return self.report()
        if path == "/slow":
            await asyncio.sleep(0.8)
        if path not in self.cache:
            row = await self.query()
            async with self.cache_lock:
                await asyncio.sleep(0.0005)
                self.cache[path] = row
        await self.visits.put(path)
        return self.cache[path]

    async def query(self) -> str:
        await asyncio.sleep(self.random.uniform(0.005, 0.03))
        return "row"

    def report(self) -> str:
        """Far too much work for an event loop: everybody waits until it is done."""
        return str(sum(len(str(number)) for number in range(400_000)))

    async def write_visits(self) -> None:
        """Writes visits out, in batches, for as long as the shop is open."""
        while True:
            batch = [await self.visits.get()]
            while not self.visits.empty() and len(batch) < 20:
                batch.append(self.visits.get_nowait())
            await asyncio.sleep(0.001)


def path_of(number: int) -> str:
    if number % 100 == 99:
        return "/slow"
    if number == 500:
        return "/report"
    return f"/item/{number % 300}"


async def customers(get: Get) -> Dict[str, int]:
    """Sends all requests; how many ended in which way."""
    places = asyncio.Semaphore(AT_ONCE)
    counts = {"answered": 0, "timed out": 0, "cancelled": 0}

    async def request(number: int) -> None:
        try:
            async with places:
                await asyncio.wait_for(get(path_of(number)), TOO_LONG_S)
            counts["answered"] += 1
        except asyncio.TimeoutError:
            counts["timed out"] += 1
        except asyncio.CancelledError:
            counts["cancelled"] += 1
            raise

    def start(create_task: Callable[..., "asyncio.Task[None]"]) -> "List[asyncio.Task[None]]":
        return [create_task(request(number), name=f"request-{number}") for number in range(REQUESTS)]

    if sys.version_info >= (3, 11):
        async with asyncio.TaskGroup() as group:
            tasks = start(group.create_task)
            group.create_task(lose_patience(tasks), name="impatient")
    else:
        tasks = start(asyncio.create_task)
        await asyncio.gather(lose_patience(tasks), *tasks, return_exceptions=True)
    return counts


async def lose_patience(tasks: "List[asyncio.Task[None]]") -> None:
    await asyncio.sleep(0.2)
    for task in [task for task in tasks if not task.done()][20:60:10]:
        task.cancel(*(["the customer left"] if sys.version_info >= (3, 9) else []))
        await asyncio.sleep(0.01)
