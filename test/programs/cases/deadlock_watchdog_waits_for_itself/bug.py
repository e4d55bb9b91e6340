import asyncio


class Session:
    def __init__(self):
        self.open = True
        self.last_seen = asyncio.get_running_loop().time()
        self.tasks = [asyncio.create_task(self._watchdog(), name="watchdog")]

    async def _watchdog(self):
        loop = asyncio.get_running_loop()
        while self.open:
            await asyncio.sleep(0.05)
            if loop.time() - self.last_seen > 0.1:
                await self.close()

    async def close(self):
        self.open = False
        await asyncio.wait(self.tasks)
        print("closed")


async def main():
    session = Session()
    await session.tasks[0]


asyncio.run(main())
