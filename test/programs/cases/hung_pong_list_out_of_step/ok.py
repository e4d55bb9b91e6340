import asyncio


class Connection:
    def __init__(self):
        self.pongs = []
        self.lossy = set()
        self.count = 0

    def _on_pong(self):
        waiter = self.pongs.pop(0)
        while waiter.done() and self.pongs:
            waiter = self.pongs.pop(0)
        if not waiter.done():
            waiter.set_result(True)

    def _send_ping(self):
        self.count += 1
        if self.count not in self.lossy:
            asyncio.get_running_loop().call_later(0.01, self._on_pong)

    async def _flush(self):
        waiter = asyncio.get_running_loop().create_future()
        self.pongs.append(waiter)
        self._send_ping()
        await waiter

    async def flush(self, timeout=None):
        if timeout is None:
            return await self._flush()
        try:
            await asyncio.wait_for(self._flush(), timeout)
        except asyncio.TimeoutError:
            return False


async def publisher(connection):
    for number in range(4):
        await asyncio.sleep(0.01)
        await connection.flush(timeout=0.1 if number < 3 else None)
    print("flushed", connection.count)


async def main():
    connection = Connection()
    connection.lossy = {2}
    await asyncio.create_task(publisher(connection), name="publisher")


asyncio.run(main())
