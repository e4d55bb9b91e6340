import asyncio


class Agent:
    def __init__(self, name):
        self.name = name
        self.images = set()

    async def pull(self, image):
        await asyncio.sleep(0.04)
        self.images.add(image)


async def launch(agents, image):
    await asyncio.gather(*(agent.pull(image) for agent in agents))
    return len(agents)


async def watch(stop):
    while not stop.is_set():
        await asyncio.sleep(0.05)


async def main():
    stop = asyncio.Event()
    watcher = asyncio.create_task(watch(stop), name="watch")
    agents = [Agent("agent-%d" % number) for number in range(10)]
    print(await launch(agents, "python:3.13"))
    stop.set()
    await watcher


asyncio.run(main())
