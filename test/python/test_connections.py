"""Connections, endpoints and servers, on asyncio's own loop and on uvloop's."""

import shutil
import subprocess
import unittest
from typing import Dict, List, Tuple

from loops import NEEDS_C, LoopTest, OnUvloop
from rows import proves
from test_accelerator import IN_USE
from tracefile import Event, Trace

ECHO = """
async def echo(reader, writer):
    data = await reader.readexactly(1000)
    writer.write(data * 2)
    await writer.drain()
    writer.close()
async def talk(reader, writer):
    writer.write(b"x" * 400)
    writer.write(b"x" * 600)
    assert len(await reader.read(-1)) == 2000  # read
    writer.close()
    await asyncio.sleep(0)
"""


class Connections(LoopTest):
    def of(self, trace: Trace, ident: int, *kinds: str) -> List[Event]:
        return [e for e in trace.kinds(*kinds) if e.a == ident]

    def traffic(self, trace: Trace, ident: int) -> Tuple[int, int]:
        received = sum(e.b for e in self.of(trace, ident, "RECEIVED"))
        return received, sum(e.b for e in self.of(trace, ident, "SENT"))

    def check_pair(self, trace: Trace, label: str) -> Dict[str, int]:
        """One server when it is seen, one connection to it, and all that passed between them."""
        opened = {e.a: e for e in trace.kinds("OPENED")}
        servers = trace.labelled("server")
        self.assertEqual(len(servers), int(self.all_seen))
        accepted, connected = sorted(trace.labelled(label), key=lambda ident: -opened[ident].b)
        if self.all_seen:
            self.assertEqual((opened[accepted].b, opened[connected].b), (servers[0], 0))
            self.assertEqual(self.traffic(trace, accepted), (1000, 2000))
            self.assertEqual(self.traffic(trace, connected), (2000, 1000))
        for ident in (*servers, accepted, connected):
            (closed,) = self.of(trace, ident, "CLOSED")
            self.assertEqual(trace.strings[closed.b], "")
        return {"accepted": accepted, "connected": connected, **({"server": servers[0]} if servers else {})}

    @proves("streams")
    def test_tcp(self) -> None:
        source = f"""{ECHO}
async def main():
    server = await asyncio.start_server(echo, "127.0.0.1", 0)  # serve
    host, port = server.sockets[0].getsockname()
    await talk(*await asyncio.open_connection(host, port))  # connect
    server.close()
    await server.wait_closed()
"""
        trace, at = self.record_main(source), self.lines(self.text(source))
        found = self.check_pair(trace, "TCP connection")
        ours, arrow, theirs = trace.detail(found["connected"]).split(" ")
        self.assertEqual(arrow, "→")
        self.assertRegex(theirs, r"^127\.0\.0\.1:\d+$")
        self.assertEqual(trace.detail(found["accepted"]), f"{theirs} ← {ours}")
        stacks = {e.a: self.inner(trace.frames(e.aux)) for e in trace.kinds("OPENED")}
        self.assertEqual(stacks[found["connected"]], [f"main:{at['connect']}"])
        if self.all_seen:
            self.assertEqual(trace.detail(found["server"]), theirs)
            self.assertEqual(stacks[found["server"]], [f"main:{at['serve']}"])
        wait = next(w for w in trace.waits("Task-1") if w["kind"] == "read")
        self.assertEqual(trace.detail(wait["target"][0]), trace.detail(found["connected"]))

    @proves("streams")
    def test_unix(self) -> None:
        trace = self.record_main(
            f"""{ECHO}
async def main():
    server = await asyncio.start_unix_server(echo, "s")
    await talk(*await asyncio.open_unix_connection("s"))
    server.close()
    await server.wait_closed()
"""
        )
        found = self.check_pair(trace, "Unix connection")
        self.assertEqual(trace.detail(found["connected"]), " → s")

    @proves("streams")
    @unittest.skipUnless(shutil.which("openssl"), "no openssl command to make a certificate with")
    def test_tls(self) -> None:
        command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost"]
        subprocess.run(
            [*command, "-keyout", self.path("key"), "-out", self.path("cert")], check=True, capture_output=True
        )
        trace = self.record_main(
            """
import ssl
async def serve(reader, writer):
    await paused.wait()
    await reader.readexactly(5_000_000)
    writer.write(b"x" * 2000)
    await writer.drain()
    writer.close()
async def main():
    global paused
    paused = asyncio.Event()
    ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ours.load_cert_chain("cert", "key")
    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=ours)
    theirs = ssl.create_default_context(cafile="cert")
    address = server.sockets[0].getsockname()
    reader, writer = await asyncio.open_connection(*address, ssl=theirs, server_hostname="localhost")
    writer.write(b"x" * 5_000_000)
    paused.set()
    await writer.drain()
    print(len(await reader.readexactly(2000)))
    writer.close()
    server.close()
"""
        )
        opened = {e.a: e for e in trace.kinds("OPENED")}
        accepted, connected = sorted(trace.labelled("TLS connection"), key=lambda ident: -opened[ident].b)
        servers = trace.labelled("server")
        self.assertEqual({e.b for e in opened.values()}, {0, *servers})
        wait = next(w for w in trace.waits("Task-1") if w["kind"] == "read")
        self.assertEqual(trace.detail(wait["target"][0]), trace.detail(connected))
        if self.all_seen:  # as on the wire: with TLS's own; what came after the end was not read
            (received, sent), (got, gave) = self.traffic(trace, accepted), self.traffic(trace, connected)
            self.assertTrue(5_000_000 < received <= gave < 5_100_000, (received, gave))
            self.assertTrue(2000 < got <= sent < 100_000, (got, sent))
            writing = [(e.a, e.b) for e in trace.kinds("WRITING")]
            self.assertEqual(writing[:2], [(connected, 0), (connected, 1)])

    @proves("streams")
    def test_udp(self) -> None:
        trace = self.record_main(
            """
class Protocol(asyncio.DatagramProtocol):
    def __init__(self): self.got, self.lost = [asyncio.get_running_loop().create_future() for _ in range(2)]
    def datagram_received(self, data, address): self.got.set_result(data)
    def connection_lost(self, error): self.lost.set_result(error)
async def main():
    transport, protocol = await asyncio.get_running_loop().create_datagram_endpoint(Protocol, ("127.0.0.1", 0))
    transport.sendto(b"12345", transport.get_extra_info("sockname"))
    print(await protocol.got, transport.get_protocol() is protocol)
    transport.close()
    print(await protocol.lost)
"""
        )
        (endpoint,) = trace.labelled("UDP endpoint")
        if self.all_seen:
            self.assertEqual(self.traffic(trace, endpoint), (5, 5))
        self.assertEqual(len(self.of(trace, endpoint, "OPENED", "CLOSED")), 2)
        self.assertRegex(trace.detail(endpoint), r"^127\.0\.0\.1:\d+$")

    @proves("streams")
    def test_a_buffered_protocol_and_a_lost_connection(self) -> None:
        trace = self.record_main(
            """
import socket, struct
class Protocol(asyncio.BufferedProtocol):
    def __init__(self): self.got, self.lost = [asyncio.get_running_loop().create_future() for _ in range(2)]
    def get_buffer(self, hint): return bytearray(100)
    def buffer_updated(self, size): self.got.set_result(size)
    def connection_lost(self, error): self.lost.set_result(type(error).__name__)
async def main():
    listening = socket.create_server(("127.0.0.1", 0))
    connected = asyncio.get_running_loop().create_connection(Protocol, *listening.getsockname())
    transport, protocol = await connected
    peer, _ = listening.accept()
    peer.sendall(b"123")
    print(await protocol.got)
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    peer.close()
    print(await protocol.lost)
    listening.close()
"""
        )
        self.assertEqual(self.done.stdout, b"3\nConnectionResetError\n")
        (ident,) = trace.labelled("TCP connection")
        if self.all_seen:
            self.assertEqual(self.traffic(trace, ident), (3, 0))
        (closed,) = self.of(trace, ident, "CLOSED")
        self.assertRegex(trace.strings[closed.b], "^ConnectionResetError: ")

    @proves("streams")
    def test_sendfile(self) -> None:
        self.write("x" * 5000, "file")
        trace = self.record_main(
            """
async def main():
    got = asyncio.get_running_loop().create_future()
    async def collect(reader, writer):
        got.set_result(len(await reader.read(-1)))
        writer.close()
    server = await asyncio.start_server(collect, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    with open("file", "rb") as file:
        try: raise KeyError
        except KeyError: sent = await asyncio.get_running_loop().sendfile(writer.transport, file)
        assert sent == 5000
    writer.close()
    print(await got)
    server.close()
"""
        )
        self.assertEqual(self.done.stdout, b"5000\n")
        accepted = [e.a for e in trace.kinds("OPENED") if e.b]
        self.assertEqual([self.traffic(trace, ident)[0] for ident in accepted], [5000])
        opened = [e.a for e in trace.kinds("OPENED") if not e.b and e.a not in trace.labelled("server")]
        self.assertEqual([self.traffic(trace, ident)[1] for ident in opened], [5000])


class ConnectionsOnUvloop(OnUvloop, Connections):
    test_sendfile = unittest.skip("uvloop has no sendfile")(lambda self: None)

    @proves("streams")
    @unittest.skipUnless(IN_USE, NEEDS_C)
    def test_what_receives_is_told_as_it_runs(self) -> None:
        """uvloop hands data over while its loop polls."""
        trace = self.record_main(
            """
class Answers(asyncio.Protocol):
    def connection_made(self, transport): self.transport = transport
    def data_received(self, data): self.transport.writelines([data, data])
class Asks(asyncio.BufferedProtocol):
    def __init__(self):
        self.done, self.got = asyncio.get_running_loop().create_future(), b""
        self.buffer = bytearray(100)
    def get_buffer(self, hint): return self.buffer
    def buffer_updated(self, size):
        self.got += self.buffer[:size]
        if len(self.got) == 6: self.done.set_result(self.got)
class Datagrams(asyncio.DatagramProtocol):
    def __init__(self): self.got, self.second = [asyncio.get_running_loop().create_future() for _ in range(2)]
    def datagram_received(self, data, address): (self.second if self.got.done() else self.got).set_result(data)
async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Answers, "127.0.0.1", 0)
    transport, protocol = await loop.create_connection(Asks, *server.sockets[0].getsockname())
    transport.write(b"123")
    print(await protocol.done, transport.get_protocol() is protocol)
    answering = transport.get_protocol()
    transport.set_protocol(answering)
    transport.abort()
    server.close()
    await server.wait_closed()
    endpoint, protocol = await loop.create_datagram_endpoint(Datagrams, ("127.0.0.1", 0))
    endpoint.sendto(b"1", endpoint.get_extra_info("sockname"))
    print(await protocol.got)
    endpoint.set_protocol(protocol)  # uvloop tells libuv anew what to call
    endpoint.sendto(b"22", endpoint.get_extra_info("sockname"))
    print(await protocol.second)
    endpoint.close()
    await asyncio.sleep(0)
"""
        )
        accepted, connected = trace.labelled("TCP connection")
        (endpoint,) = trace.labelled("UDP endpoint")
        traffic = [self.traffic(trace, ident) for ident in (accepted, connected, endpoint)]
        self.assertEqual(traffic, [(3, 6), (6, 3), (3, 3)])
        runs = [trace.locations[e.aux]["function"] for e in trace.kinds("CALLBACK_BEGIN") if e.aux]
        self.assertIn("Answers.data_received", runs)
        self.assertIn("Asks.buffer_updated", runs)
        self.assertEqual(runs.count("Datagrams.datagram_received"), 2)

    @proves("streams")
    @unittest.skipUnless(IN_USE, NEEDS_C)
    def test_paused_and_resumed_writing(self) -> None:
        source = """
import socket
class Writes(asyncio.Protocol):
    def __init__(self): self.paused, self.resumed = asyncio.Event(), asyncio.Event()
    def pause_writing(self): self.paused.set()
    def resume_writing(self): self.resumed.set()
async def main():
    loop = asyncio.get_running_loop()
    listening = socket.create_server(("127.0.0.1", 0))
    transport, protocol = await loop.create_connection(Writes, *listening.getsockname())
    peer, _ = listening.accept()
    transport.write(b"x" * 50_000_000)  # write
    assert protocol.paused.is_set() and transport.get_write_buffer_size() > 0
    peer.setblocking(False)
    got = 0
    while got < 50_000_000: got += len(await loop.sock_recv(peer, 1 << 20))
    await protocol.resumed.wait()
    transport.close()
    peer.close(), listening.close()
"""
        trace, at = self.record_main(source), self.lines(self.text(source))
        (ident,) = trace.labelled("TCP connection")
        paused, resumed = trace.kinds("WRITING")
        self.assertEqual([(e.a, e.b) for e in (paused, resumed)], [(ident, 0), (ident, 1)])
        self.assertEqual(trace.frames(paused.aux)[0], f"main:{at['write']}")
        levels = [e.b for e in trace.kinds("LEVEL") if e.a == ident]
        self.assertGreater(max(levels), 64 * 1024)
        self.assertEqual(self.traffic(trace, ident)[1], 50_000_000)


del LoopTest, OnUvloop  # which have no tests

if __name__ == "__main__":
    unittest.main()
