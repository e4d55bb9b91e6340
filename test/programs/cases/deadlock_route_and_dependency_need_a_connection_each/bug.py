import asyncio
from collections import deque
from contextlib import AsyncExitStack, asynccontextmanager


class Pool:
    def __init__(self, size):
        self._free = deque(f"conn-{number}" for number in range(size))
        self._cond = asyncio.Condition()

    async def _acquire(self):
        async with self._cond:
            while not self._free:
                await self._cond.wait()
            return self._free.popleft()

    async def _release(self, conn):
        async with self._cond:
            self._free.append(conn)
            self._cond.notify()

    @asynccontextmanager
    async def acquire(self):
        conn = await self._acquire()
        try:
            yield conn
        finally:
            await self._release(conn)


class Repository:
    def __init__(self, conn):
        self.conn = conn

    async def query(self, what):
        await asyncio.sleep(0.01)
        return f"{what} by {self.conn}"


async def update_user(pool, name):
    async with AsyncExitStack() as stack:
        users = Repository(await stack.enter_async_context(pool.acquire()))
        user = await users.query(name)
        profiles = Repository(await stack.enter_async_context(pool.acquire()))
        return user, await profiles.query("profile")


async def main():
    pool = Pool(3)
    requests = [asyncio.create_task(update_user(pool, name), name=f"PUT /user/{name}") for name in ("ann", "bob", "cy")]
    for request in requests:
        print(await request)


asyncio.run(main())
