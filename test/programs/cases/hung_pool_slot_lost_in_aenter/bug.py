import asyncio


class Pool:
    def __init__(self, size):
        self._queue = asyncio.LifoQueue()
        for number in range(size):
            self._queue.put_nowait(f"conn-{number}")

    async def acquire(self):
        return await self._queue.get()

    def release(self, conn):
        self._queue.put_nowait(conn)


class Transaction:
    def __init__(self, pool, slow=False):
        self.pool = pool
        self.slow = slow
        self.conn = None

    async def __aenter__(self):
        self.conn = await self.pool.acquire()
        await asyncio.sleep(0.5 if self.slow else 0.005)
        return self.conn

    async def __aexit__(self, *exc):
        await asyncio.sleep(0.005)
        self.pool.release(self.conn)


async def request(pool, number):
    async def body():
        async with Transaction(pool, slow=number in (1, 3)):
            await asyncio.sleep(0.005)

    try:
        await asyncio.wait_for(body(), 0.1 if number < 4 else None)
    except asyncio.TimeoutError:
        return "timed out"
    return "ok"


async def main():
    pool = Pool(2)
    for number in range(6):
        print(number, await asyncio.create_task(request(pool, number), name=f"request-{number}"))


asyncio.run(main())
