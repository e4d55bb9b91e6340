# hangs
import asyncio


class Chain:
    def __init__(self):
        self.last = None

    def add(self, job):
        self.last = asyncio.create_task(self.run(self.last, job))
        return self.last

    async def run(self, before, job):
        if before is not None:
            await before
        if job == "second":
            await self.add("extra")  # here


async def main():
    chain = Chain()
    for job in ("first", "second", "third", "fourth"):
        chain.add(job)
    await chain.last


asyncio.run(main())
