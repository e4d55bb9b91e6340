import asyncio
import socket


async def connect(address):
    for _ in range(1000):
        try:
            return await asyncio.open_connection(*address)  # here
        except OSError:
            pass


async def main():
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        await connect(closed.getsockname())


asyncio.run(main())
