import asyncio


class Client:
    def __init__(self):
        self.pollers = {}
        self.polls = 0

    async def _poll(self, topic):
        while True:
            await asyncio.sleep(0.03)
            self.polls += 1

    async def subscribe(self, topic):
        if "current" in self.pollers:
            self.pollers.pop("current").cancel()
        self.pollers["current"] = asyncio.create_task(self._poll(topic), name=f"poll-{topic}")
        await asyncio.sleep(0.01)

    async def close(self):
        self.pollers.pop("current").cancel()


async def use(client):
    for topic in ("a", "b", "c"):
        await client.subscribe(topic)
        await asyncio.sleep(0.05)
    await client.close()


async def main():
    client = Client()
    await asyncio.create_task(use(client), name="use")
    await asyncio.sleep(0.2)
    print("polls after close:", client.polls)


asyncio.run(main())
