import asyncio


class Bus:
    def __init__(self):
        self.events = asyncio.Queue()

    def publish(self, event):
        self.events.put_nowait(event)

    async def next(self):
        return await self.events.get()


async def follow(bus):
    return [await bus.next() for _ in range(2)]


async def main():
    bus = Bus()
    follower = asyncio.create_task(follow(bus), name="follower")
    await asyncio.sleep(0.05)
    bus.publish("opened")
    bus.publish("closed")
    print(await follower)


asyncio.run(main())
