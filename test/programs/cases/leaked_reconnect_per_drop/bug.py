import asyncio


class Session:
    def __init__(self):
        self.beat = None
        self.sent = 0

    async def heartbeat(self):
        while True:
            await asyncio.sleep(0.02)
            self.sent += 1

    def connected(self):
        self.beat = asyncio.ensure_future(self.heartbeat())

    async def close(self):
        self.beat.cancel()
        await asyncio.gather(self.beat, return_exceptions=True)


async def session():
    session = Session()
    for _ in range(3):
        session.connected()
        await asyncio.sleep(0.05)
    await session.close()
    return session


async def main():
    closed = await asyncio.create_task(session(), name="session")
    before = closed.sent
    await asyncio.sleep(0.2)
    print("after close:", closed.sent - before)


asyncio.run(main())
