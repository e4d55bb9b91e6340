import asyncio


class Fetcher:
    def __init__(self):
        self.records = asyncio.Queue()
        self.offset = 0
        self.request = None

    async def _request(self):
        await asyncio.sleep(0.1)
        self.offset += 1
        return self.offset

    async def run(self):
        try:
            while True:
                self.request = asyncio.create_task(self._request(), name="fetch")
                await asyncio.wait([self.request])
                if not self.request.cancelled():
                    self.records.put_nowait(self.request.result())
        except asyncio.CancelledError:
            pass

    def rebalance(self):
        self.request.cancel()

    async def get(self):
        return await self.records.get()


async def consume(fetcher):
    for _ in range(4):
        print(await fetcher.get())


async def main():
    fetcher = Fetcher()
    running = asyncio.create_task(fetcher.run(), name="fetcher")
    consumer = asyncio.create_task(consume(fetcher), name="consumer")
    await asyncio.sleep(0.25)
    fetcher.rebalance()
    await consumer
    running.cancel()


asyncio.run(main())
