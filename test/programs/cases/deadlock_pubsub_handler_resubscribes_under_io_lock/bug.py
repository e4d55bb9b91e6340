import asyncio


class Node:
    def __init__(self):
        self.io_lock = asyncio.Lock()
        self.inbox = asyncio.Queue()
        self.channels = set()
        self.pings = 0

    async def subscribe(self, channel):
        async with self.io_lock:
            await asyncio.sleep(0.005)
            self.channels.add(channel)

    async def ping(self):
        await asyncio.sleep(0.001)
        self.pings += 1


class PubSub:
    def __init__(self, node):
        self.node = node
        self.handlers = {}
        self.seen = 0

    async def get_message(self):
        kind, data = await self.node.inbox.get()
        self.seen += 1
        handler = self.handlers.get(kind)
        if handler is not None:
            await handler(data)
        return kind, data

    async def listen(self):
        while self.seen < 8:
            async with self.node.io_lock:
                await self.get_message()

    async def on_migrated(self, channel):
        await self.node.subscribe(channel)


async def publish(node):
    for number in range(8):
        await asyncio.sleep(0.02)
        node.inbox.put_nowait(("migrated", "slot-%d" % number) if number == 5 else ("message", number))


async def keep_alive(node):
    while True:
        await asyncio.sleep(0.1)
        await node.ping()


async def main():
    node = Node()
    pubsub = PubSub(node)
    pubsub.handlers["migrated"] = pubsub.on_migrated
    await node.subscribe("prices")
    alive = asyncio.create_task(keep_alive(node), name="keep-alive")
    publisher = asyncio.create_task(publish(node), name="publisher")
    listener = asyncio.create_task(pubsub.listen(), name="listener")
    await asyncio.gather(publisher, listener)
    alive.cancel()
    print(sorted(node.channels))


asyncio.run(main())
