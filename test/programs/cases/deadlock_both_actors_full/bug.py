import asyncio

HOPS = 7


class Actor:
    def __init__(self, finished):
        self.mailbox = asyncio.Queue(maxsize=3)
        self.peer = None
        self.finished = finished

    async def run(self):
        while True:
            hops = await self.mailbox.get()
            if hops == 0:
                self.finished.release()
                continue
            for _ in range(2):
                await self.peer.mailbox.put(hops - 1)


async def main():
    finished = asyncio.Semaphore(0)
    left, right = Actor(finished), Actor(finished)
    left.peer, right.peer = right, left
    left.mailbox.put_nowait(HOPS)
    running = [asyncio.create_task(left.run(), name="left"), asyncio.create_task(right.run(), name="right")]
    for _ in range(2**HOPS):
        await finished.acquire()
    for task in running:
        task.cancel()


asyncio.run(main())
