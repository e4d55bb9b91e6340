import asyncio


class Indexer:
    def __init__(self):
        self.inbox = asyncio.Queue()
        self.indexed = []

    async def run(self):
        while True:
            command, value = await self.inbox.get()
            try:
                await self.handle(command, value)
            finally:
                self.inbox.task_done()

    async def handle(self, command, value):
        if command == "flush":
            await self.inbox.join()
            value.set_result(len(self.indexed))
        else:
            await asyncio.sleep(0.02)
            self.indexed.append(value)


async def main():
    indexer = Indexer()
    worker = asyncio.create_task(indexer.run(), name="indexer")
    for page in range(3):
        indexer.inbox.put_nowait(("add", page))
    flushed = asyncio.get_running_loop().create_future()
    indexer.inbox.put_nowait(("flush", flushed))
    print("indexed", await flushed)
    worker.cancel()


asyncio.run(main())
