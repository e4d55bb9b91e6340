import asyncio


class Connection:
    def __init__(self, number):
        self.number = number
        self.connected = False

    async def connect(self):
        await asyncio.sleep(0.12)  # TCP, TLS, AUTH and SELECT, each a round trip
        self.connected = True

    async def execute(self, command):
        await asyncio.sleep(0.01)
        return f"{command} by {self.number}"


class ConnectionPool:
    def __init__(self, limit):
        self.limit = limit
        self._made = 0
        self._free = []
        self._slots = asyncio.Semaphore(limit)
        self._lock = asyncio.Lock()

    def _take(self):
        if self._free:
            return self._free.pop()
        self._made += 1
        return Connection(self._made)

    async def acquire(self):
        await self._slots.acquire()
        async with self._lock:
            connection = self._take()
        if not connection.connected:
            await connection.connect()
        return connection

    def release(self, connection):
        self._free.append(connection)
        self._slots.release()


class Sessions:
    def __init__(self, pool):
        self.pool = pool

    async def load(self, user):
        connection = await self.pool.acquire()
        try:
            return await connection.execute(f"GET session:{user}")
        finally:
            self.pool.release(connection)


async def handle_request(sessions, user):
    loop = asyncio.get_running_loop()
    started = loop.time()
    await sessions.load(user)
    return loop.time() - started


async def export_metrics(lines):
    while True:
        await asyncio.sleep(0.05)
        lines.append("up 1")


async def main():
    sessions = Sessions(ConnectionPool(limit=16))
    lines = []
    metrics = asyncio.create_task(export_metrics(lines), name="metrics")
    await asyncio.sleep(0.1)
    requests = [asyncio.create_task(handle_request(sessions, n), name=f"GET /home/{n}") for n in range(10)]
    took = await asyncio.gather(*requests)
    metrics.cancel()
    await asyncio.gather(metrics, return_exceptions=True)
    print(f"{len(took)} requests over {sessions.pool._made} connections, slowest: {max(took) * 1000:.0f} ms")


asyncio.run(main())
