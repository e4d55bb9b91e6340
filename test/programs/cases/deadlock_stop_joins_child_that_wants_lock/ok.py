import asyncio


class Session:
    def __init__(self):
        self.state = asyncio.Lock()
        self.watches = {"config": 1}
        self.watcher = None

    async def _watch(self):
        try:
            while True:
                await asyncio.sleep(0.05)
                self.watches["config"] += 1
        finally:
            async with self.state:
                self.watches.pop("config")

    def start(self):
        self.watcher = asyncio.create_task(self._watch(), name="watcher")

    async def stop(self):
        async with self.state:
            self.watcher.cancel()
        await asyncio.wait([self.watcher])
        return dict(self.watches)


async def main():
    session = Session()
    session.start()
    await asyncio.sleep(0.2)
    print(await asyncio.create_task(session.stop(), name="stop"))


asyncio.run(main())
