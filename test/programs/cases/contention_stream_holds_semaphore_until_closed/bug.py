import asyncio
from contextlib import asynccontextmanager


class Client:
    def __init__(self, limit):
        self._limit = asyncio.Semaphore(limit)
        self.served = []

    @asynccontextmanager
    async def stream(self, url, size):
        await self._limit.acquire()
        try:
            await asyncio.sleep(0.005)
            yield (f"{url}:{number}" for number in range(size))
        finally:
            self._limit.release()

    async def get(self, url):
        async with self.stream(url, 1) as chunks:
            self.served.append(list(chunks))


async def backup(client, url):
    async with client.stream(url, 6) as chunks:
        for _ in chunks:
            await asyncio.sleep(0.12)


async def poll(client, name):
    for number in range(6):
        await client.get(f"{name}/{number}")
        await asyncio.sleep(0.02)


async def main():
    client = Client(2)
    pollers = [asyncio.create_task(poll(client, name), name=f"poll-{name}") for name in ("a", "b", "c")]
    await asyncio.sleep(0.06)
    backups = [asyncio.create_task(backup(client, f"/dump/{n}"), name=f"backup-{n}") for n in range(2)]
    await asyncio.gather(*pollers, *backups)
    print(len(client.served))


asyncio.run(main())
