import asyncio
import socket
import threading
import time


class DuplexGateway:
    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.setblocking(False)
        self.address = self.listener.getsockname()
        self.served = {"tls": 0, "plain": 0}
        self.connections = []

    def _is_tls(self, conn):
        conn.setblocking(True)
        try:
            head = conn.recv(5, socket.MSG_PEEK)
        finally:
            conn.setblocking(False)
        return head[:1] == b"\x16"

    async def _serve(self, conn):
        loop = asyncio.get_running_loop()
        tls = await loop.run_in_executor(None, self._is_tls, conn)
        await loop.sock_recv(conn, 4096)
        self.served["tls" if tls else "plain"] += 1
        await loop.sock_sendall(conn, b"HTTP/1.1 200 OK\r\n\r\n")
        conn.close()

    async def accept(self):
        loop = asyncio.get_running_loop()
        while True:
            conn, peer = await loop.sock_accept(self.listener)
            name = "connection-%d" % (len(self.connections) + 1)
            self.connections.append(asyncio.create_task(self._serve(conn), name=name))


def visit(address, think, hello):
    with socket.create_connection(address) as sock:
        time.sleep(think)
        sock.sendall(hello)
        sock.recv(100)


async def report_health(gaps):
    loop = asyncio.get_running_loop()
    while True:
        started = loop.time()
        await asyncio.sleep(0.05)
        gaps.append(loop.time() - started)


async def main():
    gateway = DuplexGateway()
    gaps = []
    acceptor = asyncio.create_task(gateway.accept(), name="acceptor")
    health = asyncio.create_task(report_health(gaps), name="health-report")
    await asyncio.sleep(0.1)
    visits = [(0, b"GET / HTTP/1.1\r\n\r\n"), (0.6, b"\x16\x03\x01\x00\x05hello"), (0.5, b"POST / HTTP/1.1\r\n\r\n")]
    for think, hello in visits:
        visitor = threading.Thread(target=visit, args=(gateway.address, think, hello))
        visitor.start()
        while visitor.is_alive():
            await asyncio.sleep(0.02)
    await asyncio.gather(*gateway.connections)
    for task in (acceptor, health):
        task.cancel()
    await asyncio.gather(acceptor, health, return_exceptions=True)
    gateway.listener.close()
    print("served %s, longest gap between health reports: %d ms" % (gateway.served, max(gaps) * 1000))


asyncio.run(main())
