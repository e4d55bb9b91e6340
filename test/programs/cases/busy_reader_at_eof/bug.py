import asyncio


class Session:
    def __init__(self, reader):
        self.reader = reader
        self.connected = True
        self.lines = 0

    async def handler(self):
        while self.connected:
            line = await self.reader.readline()
            if line.strip():
                self.lines += 1
            await asyncio.sleep(0)


async def serve(reader, writer):
    writer.write(b"hello\nworld\n")
    writer.close()


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection("127.0.0.1", server.sockets[0].getsockname()[1])
    session = Session(reader)
    handling = asyncio.create_task(session.handler(), name="handler")
    await asyncio.sleep(0.3)
    session.connected = False
    await handling
    writer.close()
    server.close()
    print(session.lines, "lines")


asyncio.run(main())
