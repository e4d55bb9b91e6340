import asyncio
import gc


class Session:
    def __init__(self):
        self.dropped = asyncio.get_running_loop().create_future()

    async def watch(self):
        await self.dropped
        print("reconnecting")


def connect():
    session = Session()
    asyncio.ensure_future(session.watch())


async def main():
    connect()
    await asyncio.sleep(0.02)
    gc.collect()
    await asyncio.sleep(0.02)
    print("still connected?")


asyncio.run(main())
