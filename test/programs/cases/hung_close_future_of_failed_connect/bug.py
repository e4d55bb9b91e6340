import asyncio
import socket


class Transport:
    def __init__(self):
        self.writer = None
        self.closed = asyncio.get_running_loop().create_future()

    async def connect(self, address):
        _, self.writer = await asyncio.open_connection(*address)

    def close(self):
        if self.writer is None:
            return
        self.writer.close()
        self.closed.set_result(None)

    async def wait_closed(self):
        await self.closed


class Client:
    def __init__(self):
        self.transport = Transport()

    async def start(self, address):
        try:
            await self.transport.connect(address)
        except ConnectionRefusedError:
            print("refused")

    async def close(self):
        self.transport.close()
        await self.transport.wait_closed()


async def main():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        address = sock.getsockname()
    client = Client()
    await client.start(address)
    await client.close()
    print("closed")


asyncio.run(main())
