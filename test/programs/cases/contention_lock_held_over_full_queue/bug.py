import asyncio


class Journal:
    """Numbers its entries, and hands them to a writer that is slower than who writes now and then."""

    def __init__(self):
        self.lock = asyncio.Lock()
        self.entries = asyncio.Queue(4)
        self.number = 0

    async def append(self, text):
        async with self.lock:
            self.number += 1
            await self.entries.put((self.number, text))

    async def current(self):
        async with self.lock:
            return self.number

    async def write(self):
        while True:
            await self.entries.get()
            await asyncio.sleep(0.12)


async def importer(journal):
    for row in range(8):
        await journal.append(f"row {row}")


async def reader(journal):
    for _ in range(10):
        await journal.current()
        await asyncio.sleep(0.02)


async def main():
    journal = Journal()
    writer = asyncio.create_task(journal.write(), name="writer")
    readers = [asyncio.create_task(reader(journal), name=f"reader-{n}") for n in range(3)]
    await asyncio.sleep(0.05)
    await importer(journal)
    await asyncio.gather(*readers)
    writer.cancel()


asyncio.run(main())
