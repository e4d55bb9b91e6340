import asyncio


class Session:
    def __init__(self):
        self.inbox = asyncio.Queue()
        self.stop = asyncio.Event()
        self.handled = 0

    async def run(self):
        while not self.stop.is_set():
            message = asyncio.create_task(self.inbox.get())
            stopped = asyncio.create_task(self.stop.wait())
            done, _ = await asyncio.wait({message, stopped}, return_when=asyncio.FIRST_COMPLETED)
            if message in done:
                self.handled += 1


async def feed(session, count):
    for number in range(count):
        await asyncio.sleep(0.02)
        session.inbox.put_nowait(number)


async def main():
    session = Session()
    running = asyncio.create_task(session.run(), name="session")
    await feed(session, 12)
    await asyncio.sleep(0.05)
    session.stop.set()
    await running
    print("handled", session.handled)
    await asyncio.sleep(0.1)


asyncio.run(main())
