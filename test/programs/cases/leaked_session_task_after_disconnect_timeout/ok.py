import asyncio


class Client:
    def __init__(self, linger):
        self.linger = linger
        self.stop = asyncio.Event()
        self.session_task = None
        self.sent = 0

    async def _session(self):
        while not self.stop.is_set():
            await asyncio.sleep(0.02)
            self.sent += 1
        for _ in range(self.linger):
            await asyncio.sleep(0.05)

    async def connect(self):
        self.session_task = asyncio.create_task(self._session(), name="session")

    async def disconnect(self):
        self.stop.set()
        await asyncio.wait([self.session_task], timeout=0.1)
        self.session_task.cancel()
        await asyncio.gather(self.session_task, return_exceptions=True)
        self.session_task = None


async def use(client):
    await client.connect()
    await asyncio.sleep(0.1)
    await client.disconnect()


async def main():
    for linger in (0, 20):
        await asyncio.create_task(use(Client(linger)), name=f"use-{linger}")
    await asyncio.sleep(0.8)
    print("done")


asyncio.run(main())
