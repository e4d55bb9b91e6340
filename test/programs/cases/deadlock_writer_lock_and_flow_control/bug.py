import asyncio


class Wire:
    """One direction with a window: room comes back when the peer reads."""

    def __init__(self, window):
        self.slots = asyncio.Semaphore(window)
        self.frames = asyncio.Queue()

    async def send(self, frame):
        await self.slots.acquire()
        self.frames.put_nowait(frame)

    async def recv(self):
        frame = await self.frames.get()
        return frame


class Peer:
    def __init__(self, out, into):
        self.out = out
        self.into = into
        self.write_lock = asyncio.Lock()
        self.got = 0

    async def send(self, frame):
        async with self.write_lock:
            await self.out.send(frame)

    async def reader(self):
        while True:
            frame = await self.into.recv()
            if frame == "ping":
                await self.send("pong")
            self.into.slots.release()
            self.got += 1


async def flood(peer, count):
    for number in range(count):
        await peer.send("ping" if number % 3 == 0 else "data")


async def main():
    ab, ba = Wire(3), Wire(3)
    a, b = Peer(ab, ba), Peer(ba, ab)
    readers = [asyncio.create_task(each.reader(), name=f"reader-{name}") for name, each in (("a", a), ("b", b))]
    await asyncio.gather(
        asyncio.create_task(flood(a, 30), name="flood-a"), asyncio.create_task(flood(b, 30), name="flood-b")
    )
    for reader in readers:
        reader.cancel()
    print(a.got, b.got)


asyncio.run(main())
