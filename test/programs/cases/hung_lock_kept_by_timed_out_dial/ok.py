import asyncio


class ConnectionPool:
    def __init__(self, dials):
        self.lock = asyncio.Lock()
        self.dials = dials
        self.connections = []

    async def connect(self):
        await asyncio.sleep(self.dials.pop(0))
        self.connections.append(object())

    async def acquire(self):
        async with self.lock:
            if not self.connections:
                await self.connect()
            return self.connections[0]

    async def send(self, text):
        connection = await self.acquire()
        await asyncio.sleep(0.01)
        return text, connection is not None


async def notify(pool, text, timeout):
    try:
        return await asyncio.wait_for(pool.send(text), timeout)
    except asyncio.TimeoutError:
        return text, "timed out"


async def main():
    pool = ConnectionPool([0.5, 0.02, 0.02])
    print(await asyncio.create_task(notify(pool, "hello", 0.1), name="notify-1"))
    print(await asyncio.create_task(notify(pool, "again", None), name="notify-2"))


asyncio.run(main())
