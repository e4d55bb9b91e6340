import asyncio


class History:
    def __init__(self):
        self.entries = asyncio.Queue()

    def add(self, entry):
        self.entries.put_nowait(entry)


async def worker(history, name):
    for number in range(150):
        await asyncio.sleep(0.003)
        history.add((name, number))


async def status(history):
    while True:
        await asyncio.sleep(0.05)
        await history.entries.get()


async def main():
    history = History()
    looking = asyncio.create_task(status(history), name="status")
    await asyncio.gather(*(asyncio.create_task(worker(history, n), name=f"worker-{n}") for n in "ab"))
    looking.cancel()
    print(history.entries.qsize())


asyncio.run(main())
