"""The traffic that `requests.py` and `requests_streams.py` share: a service with a bottleneck, and its callers."""

import asyncio
from typing import Awaitable, Callable, Dict

REQUESTS = 1_000
AT_ONCE = 50
TIMEOUT_S = 0.25
Fetch = Callable[[str], Awaitable[int]]


class Service:
    """What stands behind the server: a cache filled under a lock, a journal written by one worker."""

    def __init__(self) -> None:
        self.cache: Dict[int, int] = {}
        self.lock = asyncio.Lock()
        self.journal: asyncio.Queue[int] = asyncio.Queue(20)

    async def handle(self, number: int) -> int:
        if number % 100 == 99:
            await asyncio.sleep(2)  # nobody waits that long
        await asyncio.sleep(0.002 + number % 7 / 1000)
        value = await self.lookup(number % 40)
        await self.journal.put(number)
        return value

    async def lookup(self, key: int) -> int:
        async with self.lock:
            if key not in self.cache:
                await asyncio.sleep(0.004)
                self.cache[key] = key * key
        return self.cache[key]

    async def write_journal(self) -> None:
        while True:
            await self.journal.get()
            await asyncio.sleep(0)
            self.journal.task_done()


async def request(number: int, fetch: Fetch, gate: asyncio.Semaphore, results: Dict[int, str]) -> None:
    async with gate:
        try:
            await asyncio.wait_for(fetch(f"/item/{number}"), TIMEOUT_S)
            results[number] = "ok"
        except asyncio.TimeoutError:
            results[number] = "timeout"
        except asyncio.CancelledError:
            results[number] = "cancelled"
            raise


async def run_clients(fetch: Fetch) -> None:
    """1,000 requests, 50 at a time; a supervisor gives up ten, some in flight and some before their turn."""
    gate = asyncio.Semaphore(AT_ONCE)
    results: Dict[int, str] = {}

    async def supervise(tasks: "list[asyncio.Task[None]]") -> None:
        await asyncio.sleep(0.02)
        for task in tasks:
            task.cancel()

    if hasattr(asyncio, "TaskGroup"):
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(request(number, fetch, gate, results), name=f"request-{number}")
                for number in range(REQUESTS)
            ]
            group.create_task(supervise(tasks[5:105:10]), name="supervisor")
    else:
        loop = asyncio.get_event_loop()
        tasks = [
            loop.create_task(request(number, fetch, gate, results), name=f"request-{number}")
            for number in range(REQUESTS)
        ]
        supervisor = loop.create_task(supervise(tasks[5:105:10]), name="supervisor")
        await asyncio.gather(supervisor, *tasks, return_exceptions=True)
    counts = {outcome: list(results.values()).count(outcome) for outcome in sorted(set(results.values()))}
    print(counts, len(tasks) - len(results), "cancelled before their turn")
