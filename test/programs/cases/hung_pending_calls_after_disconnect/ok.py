import asyncio


class Channel(asyncio.Protocol):
    def __init__(self):
        self.calls = {}
        self.closed = False

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        for line in data.decode().split():
            self.calls.pop(int(line)).set_result("ok")

    def connection_lost(self, error):
        self.closed = True
        for reply in self.calls.values():
            reply.set_exception(ConnectionResetError("lost"))

    async def call(self, number):
        reply = asyncio.get_running_loop().create_future()
        self.calls[number] = reply
        self.transport.write(b"%d\n" % number)
        return await reply


async def serve(reader, writer):
    for _ in range(2):
        writer.write(await reader.readline())
    await reader.readline()
    writer.close()


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    _, channel = await asyncio.get_running_loop().create_connection(Channel, "127.0.0.1", port)
    for number in range(3):
        try:
            print(number, await channel.call(number))
        except ConnectionError as error:
            print(number, error)
    server.close()


asyncio.run(main())
