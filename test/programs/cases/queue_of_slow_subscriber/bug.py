import asyncio


class Topic:
    def __init__(self):
        self.inboxes = []

    def subscribe(self):
        inbox = asyncio.Queue()
        self.inboxes.append(inbox)
        return inbox

    async def broadcast(self, event):
        for inbox in self.inboxes:
            inbox.put_nowait(event)


async def read(inbox, pause, events):
    for _ in range(events):
        await inbox.get()
        await asyncio.sleep(pause)


async def emit(topic):
    for number in range(400):
        await topic.broadcast(number)
        await asyncio.sleep(0.001)


async def main():
    topic = Topic()
    quick = asyncio.create_task(read(topic.subscribe(), 0, 400), name="quick")
    slow = asyncio.create_task(read(topic.subscribe(), 0.02, 20), name="slow")
    await asyncio.create_task(emit(topic), name="emit")
    await asyncio.wait([quick, slow])
    print([inbox.qsize() > 100 for inbox in topic.inboxes])


asyncio.run(main())
