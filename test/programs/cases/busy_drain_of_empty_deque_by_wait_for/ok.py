import asyncio


class Source:
    def __init__(self):
        self.ready = asyncio.Event()


class Mixer:
    def __init__(self, sources):
        self.sources = sources
        self.rounds = 0

    async def poll(self, source):
        if source.ready.is_set():
            return True
        try:
            await asyncio.wait_for(source.ready.wait(), 0.0)
        except asyncio.TimeoutError:
            await asyncio.sleep(0.01)
        return False

    async def run(self):
        while True:
            self.rounds += 1
            for source in self.sources:
                if await self.poll(source):
                    return


async def main():
    sources = [Source() for _ in range(3)]
    mixer = Mixer(sources)
    asyncio.get_running_loop().call_later(0.5, sources[1].ready.set)
    await asyncio.create_task(mixer.run(), name="mixer")
    print(mixer.rounds)


asyncio.run(main())
