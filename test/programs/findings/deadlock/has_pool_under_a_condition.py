# hangs
import asyncio


class Pool:
    def __init__(self, size):
        self.free = list(range(size))
        self.changed = asyncio.Condition()

    async def acquire(self):
        async with self.changed:
            while not self.free:
                await self.changed.wait()  # here
            return self.free.pop()

    async def release(self, connection):
        async with self.changed:
            self.free.append(connection)
            self.changed.notify()


async def request(pool):
    connection = await pool.acquire()
    await asyncio.sleep(0.01)
    audit = await pool.acquire()
    await pool.release(audit)
    await pool.release(connection)


async def main():
    pool = Pool(2)
    await request(pool)
    await asyncio.gather(request(pool), request(pool))


asyncio.run(main())
