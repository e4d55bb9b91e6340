import asyncio
import collections


class Pool:
    def __init__(self):
        self.free = ["c1"]
        self.waiters = collections.deque()

    async def get(self):
        if self.free:
            return self.free.pop()
        waiter = asyncio.get_running_loop().create_future()
        self.waiters.append(waiter)
        try:
            return await waiter
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled():
                self.put(waiter.result())
            raise

    def put(self, connection):
        while self.waiters:
            waiter = self.waiters.popleft()
            if not waiter.done():
                waiter.set_result(connection)
                return
        self.free.append(connection)


async def client(pool):
    connection = await pool.get()
    await asyncio.sleep(0.01)
    pool.put(connection)


async def main():
    pool = Pool()
    held = await pool.get()
    impatient = asyncio.create_task(client(pool), name="impatient")
    await asyncio.sleep(0.01)
    pool.put(held)
    impatient.cancel()
    await asyncio.create_task(client(pool), name="patient")
    print("served")


asyncio.run(main())
