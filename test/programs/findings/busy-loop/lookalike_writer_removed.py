import asyncio
import socket


class Link:
    """Is called for each piece, and no longer than there is one."""

    def __init__(self, loop, sock):
        self.loop = loop
        self.sock = sock
        self.backlog = []

    def send(self, data):
        self.backlog.append(data)
        self.loop.add_writer(self.sock, self.on_writable)

    def on_writable(self):
        self.sock.send(self.backlog.pop(0))
        if not self.backlog:
            self.loop.remove_writer(self.sock)


async def main():
    here, there = socket.socketpair()
    here.setblocking(False)
    there.setblocking(False)
    loop = asyncio.get_running_loop()
    link = Link(loop, here)
    for _ in range(300):
        link.send(b"hello")
        await loop.sock_recv(there, 100)
    await asyncio.sleep(0.1)
    here.close()
    there.close()


asyncio.run(main())
