import asyncio


async def ping_server():
    await asyncio.sleep(0.01)
    print("pinged")


class Scheduler:
    def __init__(self):
        self.jobs = []

    def add(self, job):
        self.jobs.append(job)

    async def run(self):
        loop = asyncio.get_running_loop()
        for job in self.jobs:
            await asyncio.sleep(0.01)
            if asyncio.iscoroutinefunction(job):
                await job()
            else:
                await loop.run_in_executor(None, job)


async def main():
    scheduler = Scheduler()
    scheduler.add(ping_server)
    scheduler.add(print)
    await scheduler.run()


asyncio.run(main())
