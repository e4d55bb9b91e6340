import asyncio


class Pool:
    def __init__(self, connections):
        self.idle = list(connections)
        self.closed = False
        self.changed = asyncio.Condition()

    async def acquire(self):
        async with self.changed:
            await self.changed.wait_for(lambda: self.idle or self.closed)
            if self.closed:
                raise ConnectionError("the pool is closed")
            return self.idle.pop()

    async def close(self):
        async with self.changed:
            self.closed = True
            self.changed.notify_all()


async def client(pool, number):
    try:
        connection = await pool.acquire()
        await asyncio.sleep(0.05)
        return f"{number} used {connection}"
    except ConnectionError as error:
        return f"{number}: {error}"


async def main():
    pool = Pool(["a", "b"])
    clients = [asyncio.create_task(client(pool, number), name=f"client-{number}") for number in range(3)]
    await asyncio.sleep(0.1)
    await pool.close()
    for each in clients:
        print(await each)


asyncio.run(main())
