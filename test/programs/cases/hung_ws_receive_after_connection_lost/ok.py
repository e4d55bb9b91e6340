import asyncio


class Feed(asyncio.Protocol):
    def __init__(self):
        self._buffer = b""
        self._messages = []
        self._waiter = None
        self.closed = False

    def data_received(self, data):
        self._buffer += data
        *lines, self._buffer = self._buffer.split(b"\n")
        self._messages += lines
        if self._waiter and not self._waiter.done() and self._messages:
            self._waiter.set_result(None)

    def connection_lost(self, exc):
        self.closed = True
        if self._waiter and not self._waiter.done():
            self._waiter.set_result(None)

    async def receive(self):
        while not self._messages:
            if self.closed:
                return None
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        return self._messages.pop(0)


async def serve(reader, writer):
    for number in range(3):
        writer.write(b"tick %d\n" % number)
        await asyncio.sleep(0.03)
    writer.close()


async def listen(feed):
    got = []
    while (message := await feed.receive()) is not None:
        got.append(message)
    return got


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    _, feed = await asyncio.get_running_loop().create_connection(Feed, "127.0.0.1", port)
    print(await asyncio.create_task(listen(feed), name="listener"))
    server.close()


asyncio.run(main())
