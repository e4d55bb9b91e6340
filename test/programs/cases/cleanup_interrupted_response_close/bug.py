import asyncio


class Stream:
    def __init__(self, pool):
        self.pool = pool
        self.closed = False

    async def aclose(self):
        if not self.closed:
            self.closed = True
            await asyncio.sleep(0.05)
            self.pool.discard(self)


async def request(pool):
    stream = Stream(pool)
    pool.add(stream)
    try:
        await asyncio.sleep(1)
    finally:
        await stream.aclose()


async def main():
    pool = set()
    requesting = asyncio.create_task(request(pool), name="request")
    await asyncio.sleep(0.02)
    requesting.cancel()
    await asyncio.sleep(0.02)
    requesting.cancel()
    await asyncio.wait({requesting})
    print("in use:", len(pool))


asyncio.run(main())
