import asyncio


class Session:
    def __init__(self, size):
        self.pool = asyncio.Queue()
        for number in range(size):
            self.pool.put_nowait("conn-%d" % number)
        self.subscriptions = []

    async def query(self, text):
        connection = await self.pool.get()
        try:
            await asyncio.sleep(0.01)
            return text.upper()
        finally:
            self.pool.put_nowait(connection)

    def subscribe(self, topic):
        events = self._events(topic)
        self.subscriptions.append(events)
        return events

    async def _events(self, topic):
        connection = await self.pool.get()
        try:
            for number in range(100):
                await asyncio.sleep(0.01)
                yield topic, number
        finally:
            self.pool.put_nowait(connection)


async def first_event(session, topic):
    events = session.subscribe(topic)
    try:
        async for event in events:
            return event
    finally:
        await events.aclose()


async def main():
    session = Session(2)
    print(await asyncio.gather(session.query("a"), session.query("b"), session.query("c")))
    print(await first_event(session, "prices"))
    print(await first_event(session, "orders"))
    print(await session.query("after"))


asyncio.run(main())
