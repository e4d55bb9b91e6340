import asyncio
from collections import deque


class FairLock:
    def __init__(self):
        self.owner = None
        self.waiters = deque()

    async def acquire(self, who):
        if self.owner is not None or self.waiters:
            event = asyncio.Event()
            self.waiters.append(event)
            try:
                await event.wait()
            except asyncio.CancelledError:
                if event in self.waiters:
                    self.waiters.remove(event)
                raise
        self.owner = who

    def release(self):
        self.owner = None
        if self.waiters:
            self.waiters.popleft().set()


async def use(lock, who, seconds):
    await lock.acquire(who)
    await asyncio.sleep(seconds)
    lock.release()
    return who


async def main():
    lock = FairLock()
    await lock.acquire("main")
    second = asyncio.create_task(use(lock, "second", 0.02), name="second")
    third = asyncio.create_task(use(lock, "third", 0.02), name="third")
    await asyncio.sleep(0.05)
    lock.release()
    second.cancel()
    print(await third)


asyncio.run(main())
