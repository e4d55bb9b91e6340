import asyncio


class Scheduler:
    def __init__(self):
        self.queue = asyncio.Queue()
        self.done = []
        self.looked = 0

    async def submit(self, name, due):
        await self.queue.put((name, due))

    async def run(self):
        loop = asyncio.get_running_loop()
        while len(self.done) < 3:
            name, due = await self.queue.get()
            self.looked += 1
            if loop.time() < due:
                await self.queue.put((name, due))
                await asyncio.sleep(0.02)
                continue
            await asyncio.sleep(0.01)
            self.done.append(name)


async def main():
    scheduler = Scheduler()
    now = asyncio.get_running_loop().time()
    for name, delay in (("now", 0), ("soon", 0.2), ("later", 0.5)):
        await scheduler.submit(name, now + delay)
    await asyncio.create_task(scheduler.run(), name="scheduler")
    print(scheduler.done)


asyncio.run(main())
