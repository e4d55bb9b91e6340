import asyncio


def distance(a, b):
    return sum((x - y) ** 2 for x, y in zip(a, b))


class Index:
    def __init__(self):
        self.points = []
        self.nearest = {}

    def merge(self, task):
        self.points += task.result()
        for number, point in enumerate(self.points):
            self.nearest[number] = min(range(len(self.points)), key=lambda other: distance(point, self.points[other]))


async def fetch(batch, size):
    await asyncio.sleep(0.02)
    return [((batch * 7 + n) % 13, n % 11, n % 5, batch) for n in range(size)]


async def tick(ticks):
    while True:
        await asyncio.sleep(0.02)
        ticks.append(1)


async def main():
    index = Index()
    ticks = []
    ticking = asyncio.create_task(tick(ticks), name="ticker")
    for batch, size in enumerate((20, 30)):
        task = asyncio.create_task(fetch(batch, size), name=f"fetch-{batch}")
        task.add_done_callback(index.merge)
        await task
        await asyncio.sleep(0.05)
    ticking.cancel()
    print(len(index.nearest), len(ticks))


asyncio.run(main())
