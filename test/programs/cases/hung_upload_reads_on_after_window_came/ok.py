import asyncio

WINDOW = 4


async def serve(reader, writer):
    """Takes uploads; opens a stream's window again when it has been used up."""
    received = {}
    sizes = {}
    while data := await reader.read(65536):
        answers = []
        for line in data.splitlines():
            kind, stream, value = line.split()
            if kind == b"HEADERS":
                sizes[stream] = int(value)
                received[stream] = 0
                continue
            received[stream] += 1
            if received[stream] == sizes[stream]:
                answers.append(b"RESPONSE %s 200\n" % stream)
            elif received[stream] % WINDOW == 0:
                answers.append(b"WINDOW %s %d\n" % (stream, WINDOW))
        await asyncio.sleep(0.01)
        writer.write(b"".join(answers))
    writer.close()


class Connection:
    def __init__(self, reader, writer):
        self._reader = reader
        self._writer = writer
        self._read_lock = asyncio.Lock()
        self._windows = {}
        self._responses = {}

    async def _receive_events(self, stream, still_at):
        async with self._read_lock:
            if stream in self._responses or self._windows[stream] > still_at:
                return
            data = await self._reader.read(65536)
            for line in data.decode().splitlines():
                kind, target, value = line.split()
                if kind == "WINDOW":
                    self._windows[target] += int(value)
                else:
                    self._responses[target] = int(value)

    async def _wait_for_window(self, stream):
        while self._windows[stream] == 0:
            await self._receive_events(stream, 0)

    async def upload(self, stream, chunks):
        self._windows[stream] = WINDOW
        self._writer.write(f"HEADERS {stream} {chunks}\n".encode())
        for number in range(chunks):
            await self._wait_for_window(stream)
            self._windows[stream] -= 1
            self._writer.write(f"DATA {stream} {number}\n".encode())
            await self._writer.drain()
        while stream not in self._responses:
            await self._receive_events(stream, self._windows[stream])
        print(stream, "answered", self._responses[stream], flush=True)

    def close(self):
        self._writer.close()


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    connection = Connection(*await asyncio.open_connection("127.0.0.1", port))
    await connection.upload("cover", 10)
    sizes = {"thumb-2": 3, "photo-2": 40, "thumb-3": 2}
    await asyncio.gather(
        *(asyncio.create_task(connection.upload(name, size), name=f"upload:{name}") for name, size in sizes.items())
    )
    connection.close()
    await asyncio.sleep(0.02)
    server.close()
    print("all uploads done")


asyncio.run(main())
