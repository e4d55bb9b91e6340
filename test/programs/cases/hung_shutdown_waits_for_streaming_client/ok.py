import asyncio


class Propagator:
    def __init__(self):
        self.subscribers = []

    def publish(self, event):
        for queue in self.subscribers:
            queue.put_nowait(event)

    async def receive(self):
        queue = asyncio.Queue()
        self.subscribers.append(queue)
        while True:
            event = await queue.get()
            yield event
            if event == "done":
                return


async def background(propagator):
    for step in ("10%", "60%", "done"):
        await asyncio.sleep(0.03)
        propagator.publish(step)


class Server:
    def __init__(self, propagator):
        self.propagator = propagator
        self.handlers = []

    async def stream(self, client, sent):
        async for event in self.propagator.receive():
            sent.append((client, event))

    def connect(self, client, sent):
        self.handlers.append(asyncio.create_task(self.stream(client, sent), name=client))

    async def shutdown(self):
        await asyncio.gather(*self.handlers)


async def main():
    propagator = Propagator()
    server = Server(propagator)
    sent = []
    server.connect("early", sent)
    job = asyncio.create_task(background(propagator), name="job")
    await asyncio.sleep(0.05)
    server.connect("late", sent)
    await job
    await server.shutdown()
    print(sent)


asyncio.run(main())
