import asyncio


class Client:
    def __init__(self):
        self._flush_queue = asyncio.Queue()
        self._flusher_task = None
        self.sent = 0
        self.slow = 0.0

    async def connect(self):
        self._flusher_task = asyncio.create_task(self._flusher(), name="flusher")

    async def _drain(self):
        await asyncio.sleep(0.01 + self.slow)
        self.sent += 1

    async def _flusher(self):
        while True:
            future = await self._flush_queue.get()
            await self._drain()
            if not future.done():
                future.set_result(None)

    async def flush(self):
        future = asyncio.get_running_loop().create_future()
        await self._flush_queue.put(future)
        await future


async def publish(client, count):
    for _ in range(count):
        await client.flush()


async def main():
    client = Client()
    await client.connect()
    await publish(client, 3)
    client.slow = 0.2
    try:
        await asyncio.wait_for(client.flush(), 0.05)
    except asyncio.TimeoutError:
        print("gave up once")
    client.slow = 0.0
    await asyncio.create_task(publish(client, 3), name="publisher")
    print("sent", client.sent)
    client._flusher_task.cancel()


asyncio.run(main())
