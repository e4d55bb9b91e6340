import asyncio


class LoggedErrors:
    def __init__(self):
        self.seen = []

    async def __aenter__(self):
        return self

    async def __aexit__(self, kind, error, traceback):
        if kind is not None:
            self.seen.append(kind.__name__)
        return kind is not None


class Poller:
    def __init__(self):
        self.errors = LoggedErrors()
        self.polls = 0

    async def run(self):
        while self.polls < 12:
            async with self.errors:
                await asyncio.sleep(0.05)
                self.polls += 1


async def main():
    poller = Poller()
    task = asyncio.create_task(poller.run(), name="poller")
    await asyncio.sleep(0.12)
    task.cancel()
    await asyncio.wait([task])
    print(poller.polls, poller.errors.seen)


asyncio.run(main())
