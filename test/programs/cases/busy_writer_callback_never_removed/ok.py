import asyncio
import socket


class Link:
    def __init__(self, loop, sock):
        self.loop = loop
        self.sock = sock
        self.backlog = []

    def send(self, data):
        self.backlog.append(data)
        self.loop.add_writer(self.sock, self._on_writable)

    def _on_writable(self):
        if not self.backlog:
            self.loop.remove_writer(self.sock)
            return
        self.sock.send(self.backlog.pop(0))


async def main():
    here, there = socket.socketpair()
    there.setblocking(False)
    here.setblocking(False)
    loop = asyncio.get_running_loop()
    link = Link(loop, here)
    for number in range(3):
        link.send(b"%d\n" % number)
    await asyncio.sleep(0.6)
    print(await loop.sock_recv(there, 100))
    loop.remove_writer(here)
    here.close()
    there.close()


asyncio.run(main())
