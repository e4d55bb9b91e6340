import asyncio


class ClientSocket:
    def __init__(self, sid, now):
        self.sid = sid
        self.last_ping = now
        self.closed = False

    def check_ping_timeout(self, now, timeout):
        if now - self.last_ping > timeout:
            self.closed = True
        return self.closed


class Server:
    """Looks at all clients once within a ping timeout, one client after another."""

    def __init__(self, ping_timeout):
        self.ping_timeout = ping_timeout
        self.sockets = {}
        self.checks = 0
        self._service = None

    def connect(self, sid):
        self.sockets[sid] = ClientSocket(sid, asyncio.get_running_loop().time())
        if self._service is None:
            self._service = asyncio.create_task(self._service_task(), name="service")

    def ping(self, sid):
        self.sockets[sid].last_ping = asyncio.get_running_loop().time()

    async def _service_task(self):
        loop = asyncio.get_running_loop()
        while True:
            if not self.sockets:
                await asyncio.sleep(self.ping_timeout)
                continue
            sleep_interval = self.ping_timeout // len(self.sockets)
            for socket in list(self.sockets.values()):
                if socket.check_ping_timeout(loop.time(), self.ping_timeout):
                    del self.sockets[socket.sid]
                self.checks += 1
                await asyncio.sleep(sleep_interval)

    async def shutdown(self):
        self._service.cancel()
        await asyncio.gather(self._service, return_exceptions=True)


async def client(server, sid, pings):
    for _ in range(pings):
        await asyncio.sleep(0.1)
        server.ping(sid)


async def main():
    server = Server(ping_timeout=20)
    sids = [f"client-{n}" for n in range(26)]
    for sid in sids:
        server.connect(sid)
    clients = [asyncio.create_task(client(server, sid, 8), name=sid) for sid in sids]
    await asyncio.gather(*clients)
    await server.shutdown()
    print("connected:", len(server.sockets))
    print("checks:", server.checks)


asyncio.run(main())
