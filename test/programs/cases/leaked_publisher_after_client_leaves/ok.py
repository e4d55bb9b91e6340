import asyncio


class Feed:
    def __init__(self):
        self.published = 0

    async def publish(self, inbox):
        while True:
            await asyncio.sleep(0.03)
            self.published += 1
            if inbox.qsize() < 5:
                inbox.put_nowait(self.published)

    async def respond(self, client, events):
        inbox = asyncio.Queue()
        publisher = asyncio.create_task(self.publish(inbox), name=f"publish-{client}")
        for _ in range(events):
            await inbox.get()
        publisher.cancel()
        return publisher.done()


async def main():
    feed = Feed()
    streams = [
        asyncio.create_task(feed.respond(client, events), name=f"stream-{client}")
        for client, events in (("ann", 2), ("bob", 3), ("eve", 4))
    ]
    for stream in streams:
        await stream
    await asyncio.sleep(0.3)
    print("published", feed.published > 20)


asyncio.run(main())
