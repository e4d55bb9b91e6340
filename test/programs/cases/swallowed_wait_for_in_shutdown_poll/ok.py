import asyncio


class Listener:
    def __init__(self):
        self.connections = 0
        self.heard = 0

    async def _connect(self):
        await asyncio.sleep(0.01)
        self.connections += 1
        return asyncio.Queue()

    async def _listen(self, channel):
        while True:
            try:
                await asyncio.wait_for(channel.get(), 0.1)
                self.heard += 1
            except asyncio.TimeoutError:
                continue
            except asyncio.CancelledError:
                raise

    async def run(self):
        while True:
            channel = await self._connect()
            await self._listen(channel)


async def main():
    listener = Listener()
    task = asyncio.create_task(listener.run(), name="rpc-listener")
    await asyncio.sleep(0.25)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    print("stopped after", listener.connections, "connections")


asyncio.run(main())
