"""Both ends of a connection, a child and a certificate, for scenarios over sockets and processes. Twin: peers.ts."""

import asyncio
import pathlib
import socket
import ssl
import sys
import tempfile

from harness import Boom

HERE = pathlib.Path(__file__).parent / "network"
HOST = "127.0.0.1"
# Another address of this machine: macOS has no second one of IPv4.
OTHER_HOST = "127.0.0.2" if sys.platform == "linux" else "::1"


def kind(error):
    """The few ways in which a connection fails, by names that both sides know."""
    if error is None:
        return "none"
    if isinstance(error, (ConnectionResetError, BrokenPipeError)):
        return "reset"
    if isinstance(error, ConnectionRefusedError):
        return "refused"
    if isinstance(error, ssl.SSLError):
        return "tls"
    return type(error).__name__


class Keeps(asyncio.Protocol):
    """Keeps what happens to it; `waits_for` tells when enough has arrived."""

    def __init__(self, keep_open=False, answer=None, fails_at=None):
        self.events, self.data = [], b""
        self.keep_open, self.answer, self.fails_at = keep_open, answer, fails_at
        self.lost = asyncio.get_running_loop().create_future()
        self.waiters = []

    def happens(self, event):
        self.events.append(event)
        if self.fails_at == event:
            raise Boom(event)

    def connection_made(self, transport):
        self.transport = transport
        self.happens("made")

    def data_received(self, data):
        self.data += data
        if self.events[-1] != "data":
            self.happens("data")
        self.wake()
        if self.answer:
            self.transport.write(self.answer(data))

    def eof_received(self):
        self.happens("eof")
        self.wake()
        return self.keep_open

    def pause_writing(self):
        self.happens("pause")
        self.wake()

    def resume_writing(self):
        self.happens("resume")
        self.wake()

    def connection_lost(self, error):
        self.happens(f"lost {kind(error)}")
        self.wake()
        self.lost.set_result(None)

    def wake(self):
        for waiter in self.waiters:
            waiter.set()

    async def until(self, condition):
        while not condition():
            waiter = asyncio.Event()
            self.waiters.append(waiter)
            await waiter.wait()
            self.waiters.remove(waiter)


class Pair:
    """A server with one client: both protocols, connected."""

    def __init__(self, client_factory, server_factory, **options):
        self.client_factory, self.server_factory, self.options = client_factory, server_factory, options

    async def __aenter__(self):
        loop = asyncio.get_running_loop()
        served = loop.create_future()

        def factory():
            protocol = self.server_factory()
            served.set_result(protocol)
            return protocol

        self.server = Pair.last = await loop.create_server(factory, HOST, 0, **self.options.get("server", {}))
        port = self.server.sockets[0].getsockname()[1]
        self.transport, client = await loop.create_connection(
            self.client_factory, HOST, port, **self.options.get("client", {})
        )
        peer = await served
        while not peer.events:
            await asyncio.sleep(0)
        return client, peer

    async def __aexit__(self, *_):
        self.transport.abort()
        self.server.close()
        await self.server.wait_closed()


class Child(asyncio.SubprocessProtocol):
    def __init__(self):
        self.events, self.data = [], {1: b"", 2: b""}
        self.over = asyncio.get_running_loop().create_future()

    def connection_made(self, transport):
        self.transport = transport
        self.events.append("made")

    def pipe_data_received(self, fd, data):
        self.data[fd] += data

    def pipe_connection_lost(self, fd, error):
        self.events.append(f"pipe {fd} lost")

    def process_exited(self):
        self.events.append("exited")

    def connection_lost(self, error):
        self.events.append(f"lost {kind(error)}")
        self.over.set_result(None)


def listening():
    server = socket.create_server((HOST, 0))
    server.setblocking(False)
    return server, server.getsockname()


def unconnected():
    sock = socket.socket()
    sock.setblocking(False)
    return sock


def a_file(content):
    file = tempfile.TemporaryFile()  # noqa: SIM115 -- its user closes it
    file.write(content)
    file.seek(0)
    return file


def certified():
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(HERE / "cert.pem", HERE / "key.pem")
    return context


def trusting():
    return ssl.create_default_context(cafile=HERE / "cert.pem")
