import asyncio
import socket


class Link:
    def __init__(self, loop, sock):
        self.loop = loop
        self.sock = sock
        self.backlog = []

    def send(self, data):
        self.backlog.append(data)
        self.loop.add_writer(self.sock, self.on_writable)  # here

    def on_writable(self):  # here
        if self.backlog:
            self.sock.send(self.backlog.pop(0))


async def main():
    here, there = socket.socketpair()
    here.setblocking(False)
    loop = asyncio.get_running_loop()
    link = Link(loop, here)
    link.send(b"hello")
    await asyncio.sleep(0.5)
    loop.remove_writer(here)
    here.close()
    there.close()


asyncio.run(main())
