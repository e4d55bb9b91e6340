import asyncio
from collections import deque


class Channel:
    def __init__(self):
        self._waiters = deque()
        self._items = deque()

    def send_nowait(self, item):
        if self._waiters:
            waiter, slot = self._waiters.popleft()
            slot.append(item)
            waiter.set()
        else:
            self._items.append(item)

    async def receive(self):
        if self._items:
            return self._items.popleft()
        waiter, slot = asyncio.Event(), []
        self._waiters.append((waiter, slot))
        try:
            await waiter.wait()
        except asyncio.CancelledError:
            if (waiter, slot) in self._waiters:
                self._waiters.remove((waiter, slot))
            for item in slot:
                self.send_nowait(item)
            raise
        return slot.pop()


async def consume(channel, count):
    return [await channel.receive() for _ in range(count)]


async def main():
    channel = Channel()
    impatient = asyncio.create_task(consume(channel, 1), name="impatient")
    await asyncio.sleep(0.05)
    patient = asyncio.create_task(consume(channel, 3), name="patient")
    await asyncio.sleep(0.05)
    channel.send_nowait("one")
    impatient.cancel()
    await asyncio.gather(impatient, return_exceptions=True)
    for item in ("two", "three"):
        channel.send_nowait(item)
    print(await patient)


asyncio.run(main())
