import asyncio


class Repository:
    def __init__(self):
        self._lock = asyncio.Lock()
        self.log = []

    async def run(self, command):
        async with self._lock:
            await asyncio.sleep(0.01)
            self.log.append(command)

    async def fetch(self):
        await self.run("fetch")

    async def checkout(self, branch):
        fetching = asyncio.create_task(self.fetch(), name="fetch")
        await fetching
        async with self._lock:
            await asyncio.sleep(0.01)
            self.log.append("checkout " + branch)


async def main():
    repository = Repository()
    await repository.checkout("main")
    print(repository.log)


asyncio.run(main())
