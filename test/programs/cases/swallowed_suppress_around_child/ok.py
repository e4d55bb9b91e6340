import asyncio


class Supervisor:
    def __init__(self):
        self.started = 0

    async def _child(self):
        await asyncio.sleep(0.05)

    async def run(self):
        while True:
            child = asyncio.create_task(self._child(), name=f"child-{self.started}")
            self.started += 1
            await child


async def main():
    supervisor = Supervisor()
    task = asyncio.create_task(supervisor.run(), name="supervisor")
    await asyncio.sleep(0.12)
    task.cancel()
    done, _ = await asyncio.wait([task], timeout=0.6)
    print("stopped:", bool(done), "children:", supervisor.started)


asyncio.run(main())
