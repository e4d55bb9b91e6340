import asyncio


class Api:
    def __init__(self, reader, writer, timeout):
        self.reader = reader
        self.writer = writer
        self.timeout = timeout

    async def talk(self, sentence):
        self.writer.write(sentence + b"\n")
        return await asyncio.wait_for(self.reader.readline(), self.timeout)

    async def close(self):
        self.writer.write(b"/quit\n")
        answer = await self.reader.readline()
        self.writer.close()
        return answer


async def device(reader, writer):
    while sentence := await reader.readline():
        if sentence.startswith(b"/quit"):
            continue
        writer.write(b"!done " + sentence)
    writer.close()


async def main():
    server = await asyncio.start_server(device, "127.0.0.1", 0)
    api = Api(*await asyncio.open_connection(*server.sockets[0].getsockname()), timeout=0.3)
    print(await api.talk(b"/system/identity"))
    print(await asyncio.create_task(api.close(), name="close"))
    server.close()


asyncio.run(main())
