import asyncio


class Limiter:
    def __init__(self, limit):
        self.semaphore = asyncio.Semaphore(limit)

    def set_limit(self, limit):
        for _ in range(limit - 2):
            self.semaphore.release()

    async def __aenter__(self):
        await self.semaphore.acquire()

    async def __aexit__(self, *exc):
        self.semaphore.release()


async def call(limiter, number):
    async with limiter:
        await asyncio.sleep(0.05)
        return number


async def main():
    limiter = Limiter(2)
    calls = [asyncio.create_task(call(limiter, number), name=f"call-{number}") for number in range(5)]
    await asyncio.sleep(0.02)
    limiter.set_limit(4)
    print(await asyncio.gather(*calls))


asyncio.run(main())
