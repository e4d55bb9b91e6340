import asyncio


class Channel:
    def __init__(self):
        self.messages = asyncio.Queue()
        self.received = []
        self.pings = 0

    async def receive(self):
        return await self.messages.get()

    async def run(self, rounds):
        for _ in range(rounds):
            receiving = asyncio.create_task(self.receive(), name="receive")
            done, _ = await asyncio.wait([receiving], timeout=0.1)
            if done:
                self.received.append(receiving.result())
            else:
                self.pings += 1


async def main():
    channel = Channel()
    running = asyncio.create_task(channel.run(5), name="channel")
    await asyncio.sleep(0.35)
    for number in range(4):
        channel.messages.put_nowait(number)
    await running
    print(channel.received, "pings", channel.pings)


asyncio.run(main())
