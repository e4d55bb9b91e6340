import asyncio
from collections import deque


class RWLock:
    def __init__(self):
        self._readers = 0
        self._writers = 0
        self._waiting = deque()

    async def acquire(self, write):
        if not self._waiting and self._free_for(write):
            self._enter(write)
            return
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append((write, turn))
        try:
            await turn
        except asyncio.CancelledError:
            if (write, turn) in self._waiting:
                self._waiting.remove((write, turn))
            self.release(write)
            raise

    def release(self, write):
        if write:
            self._writers -= 1
        else:
            self._readers -= 1
        self._wake_up()

    def _free_for(self, write):
        if write:
            return self._writers == 0 and self._readers == 0
        return self._writers == 0

    def _enter(self, write):
        if write:
            self._writers += 1
        else:
            self._readers += 1

    def _wake_up(self):
        while self._waiting and self._free_for(self._waiting[0][0]):
            write, turn = self._waiting.popleft()
            if not turn.done():
                self._enter(write)
                turn.set_result(None)


class ConfigStore:
    def __init__(self):
        self._lock = RWLock()
        self.values = {"limit": 10}

    async def export(self, seconds):
        await self._lock.acquire(write=False)
        try:
            await asyncio.sleep(seconds)
            return dict(self.values)
        finally:
            self._lock.release(write=False)

    async def apply(self, **changes):
        await self._lock.acquire(write=True)
        try:
            await asyncio.sleep(0.01)
            self.values.update(changes)
        finally:
            self._lock.release(write=True)


async def apply_from_ui(store, limit):
    try:
        await asyncio.wait_for(store.apply(limit=limit), timeout=0.1)
    except asyncio.TimeoutError:
        print("busy, try again later", flush=True)


async def main():
    store = ConfigStore()
    await store.apply(limit=20)
    print("first snapshot", await store.export(0.02), flush=True)
    backup = asyncio.create_task(store.export(0.25), name="nightly-backup")
    await asyncio.sleep(0.02)
    ui = asyncio.create_task(apply_from_ui(store, 30), name="settings-page")
    await asyncio.gather(backup, ui)
    sync = asyncio.create_task(store.apply(limit=40), name="fleet-sync")
    probe = asyncio.create_task(store.export(0.01), name="health-probe")
    await asyncio.gather(sync, probe)
    print("last snapshot", probe.result())


asyncio.run(main())
