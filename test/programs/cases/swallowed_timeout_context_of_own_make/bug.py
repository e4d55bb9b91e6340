import asyncio
from contextlib import asynccontextmanager


class TooSlow(Exception):
    pass


@asynccontextmanager
async def limit(seconds):
    task = asyncio.current_task()
    timer = asyncio.get_running_loop().call_later(seconds, task.cancel)
    try:
        yield
    except asyncio.CancelledError:
        raise TooSlow from None
    finally:
        timer.cancel()


class Peer:
    def __init__(self):
        self.inbox = asyncio.Queue()
        self.rounds = 0

    async def handshake(self):
        async with limit(5):
            return await self.inbox.get()

    async def run(self):
        while True:
            self.rounds += 1
            try:
                await self.handshake()
            except TooSlow:
                await asyncio.sleep(0.05)


async def main():
    peer = Peer()
    running = asyncio.create_task(peer.run(), name="peer")
    await asyncio.sleep(0.1)
    running.cancel()
    await asyncio.wait([running])
    print("peer stopped in round", peer.rounds)


asyncio.run(main())
