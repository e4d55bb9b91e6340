import asyncio


class Stage:
    def __init__(self, parties):
        self.lock = asyncio.Lock()
        self.barrier = asyncio.Barrier(parties)
        self.ready = []

    async def join(self, name):
        async with self.lock:
            self.ready.append(name)
            await self.barrier.wait()


async def main():
    stage = Stage(3)
    names = ("guitar", "drums", "voice")
    await asyncio.gather(*(asyncio.create_task(stage.join(name), name=name) for name in names))
    print("all on stage:", stage.ready)


asyncio.run(main())
