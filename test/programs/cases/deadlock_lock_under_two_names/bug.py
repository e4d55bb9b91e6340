import asyncio


class Pool:
    def __init__(self):
        self._recovery_lock = asyncio.Lock()
        self.pool_lock = self._recovery_lock
        self.connection = None

    async def _recover(self):
        async with self.pool_lock:
            await asyncio.sleep(0.01)
            self.connection = object()

    async def _recover_once(self):
        async with self._recovery_lock:
            if self.connection is None:
                await self._recover()

    async def query(self, sql):
        if self.connection is None:
            await self._recover_once()
        return sql


async def main():
    pool = Pool()
    print(await asyncio.gather(*(pool.query(f"SELECT {n}") for n in range(3))))


asyncio.run(main())
