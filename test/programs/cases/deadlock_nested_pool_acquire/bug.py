import asyncio


class Pool:
    def __init__(self, size):
        self._free = asyncio.Queue()
        for number in range(size):
            self._free.put_nowait(number)

    async def acquire(self):
        return await self._free.get()

    def release(self, connection):
        self._free.put_nowait(connection)


async def audit(pool, user):
    connection = await pool.acquire()
    await asyncio.sleep(0.01)
    pool.release(connection)


async def request(pool, user):
    connection = await pool.acquire()
    await asyncio.sleep(0.01)
    await audit(pool, user)
    pool.release(connection)


async def main():
    pool = Pool(3)
    await asyncio.gather(*(request(pool, user) for user in range(3)))
    print("done")


asyncio.run(main())
