import asyncio


class Leases:
    def __init__(self):
        self.taken = set()

    async def take(self, name):
        await asyncio.sleep(0.005)
        self.taken.add(name)

    async def give_back(self, name):
        await asyncio.sleep(0.08)
        self.taken.discard(name)


async def worker(leases, name):
    await leases.take(name)
    try:
        while True:
            await asyncio.sleep(0.01)
    finally:
        await leases.give_back(name)


async def supervise(leases):
    task = asyncio.create_task(worker(leases, "shard-1"), name="worker")
    await asyncio.sleep(0.05)
    task.cancel()
    for _ in range(5):
        await asyncio.wait({task}, timeout=0.03)
        if task.done():
            return
        task.cancel()


async def main():
    leases = Leases()
    await supervise(leases)
    print("still taken:", leases.taken)


asyncio.run(main())
