"""Connections, subprocesses, plain sockets, signals and generators: what a loop has to do with the world."""

import shutil
import signal
import subprocess
import sys
import unittest
from typing import Dict, List, Tuple

from recorded import ProgramTest
from rows import proves
from tracefile import Event, Trace

ECHO = """
import asyncio
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


class Connections(ProgramTest):
    def of(self, trace: Trace, ident: int, *kinds: str) -> List[Event]:
        return [e for e in trace.kinds(*kinds) if e.a == ident]

    def traffic(self, trace: Trace, ident: int) -> Tuple[int, int]:
        received = sum(e.b for e in self.of(trace, ident, "RECEIVED"))
        return received, sum(e.b for e in self.of(trace, ident, "SENT"))

    def check_pair(self, trace: Trace, label: str) -> Dict[str, int]:
        """One server, one connection to it, and all that passed between them."""
        (server,) = trace.labelled("server")
        opened = {e.a: e for e in trace.kinds("OPENED")}
        accepted, connected = sorted(trace.labelled(label), key=lambda ident: -opened[ident].b)
        self.assertEqual((opened[accepted].b, opened[connected].b), (server, 0))
        for ident in (server, accepted, connected):
            (closed,) = self.of(trace, ident, "CLOSED")
            self.assertEqual(trace.strings[closed.b], "")
        return {"server": server, "accepted": accepted, "connected": connected}

    @proves("streams")
    def test_tcp(self) -> None:
        source = f"""{ECHO}
async def main():
    server = await asyncio.start_server(echo, "127.0.0.1", 0)  # serve
    host, port = server.sockets[0].getsockname()
    await talk(*await asyncio.open_connection(host, port))  # connect
    server.close()
    await server.wait_closed()
    print(port)
asyncio.run(main())
"""
        trace, at = self.record(source), self.lines(source)
        port = self.done.stdout.decode().strip()
        found = self.check_pair(trace, "TCP connection")
        self.assertEqual(self.traffic(trace, found["accepted"]), (1000, 2000))
        self.assertEqual(self.traffic(trace, found["connected"]), (2000, 1000))
        self.assertEqual(trace.detail(found["server"]), f"127.0.0.1:{port}")
        ours, arrow, theirs = trace.detail(found["connected"]).split(" ")
        self.assertEqual((arrow, theirs), ("→", f"127.0.0.1:{port}"))
        self.assertEqual(trace.detail(found["accepted"]), f"127.0.0.1:{port} ← {ours}")
        stacks = {e.a: trace.frames(e.aux) for e in trace.kinds("OPENED")}
        self.assertEqual(stacks[found["server"]], [f"main:{at['serve']}"])
        self.assertEqual(stacks[found["connected"]], [f"main:{at['connect']}"])
        wait = next(w for w in trace.waits("Task-1") if w["kind"] == "read")
        self.assertEqual(trace.detail(wait["target"][0]), trace.detail(found["connected"]))

    @proves("streams")
    def test_unix(self) -> None:
        trace = self.record(
            f"""{ECHO}
async def main():
    server = await asyncio.start_unix_server(echo, "s")
    await talk(*await asyncio.open_unix_connection("s"))
    server.close()
    await server.wait_closed()
asyncio.run(main())
"""
        )
        found = self.check_pair(trace, "Unix connection")
        self.assertEqual(self.traffic(trace, found["accepted"]), (1000, 2000))
        self.assertEqual(trace.detail(found["connected"]), " → s")

    @proves("streams")
    @unittest.skipUnless(shutil.which("openssl"), "no openssl command to make a certificate with")
    def test_tls(self) -> None:
        command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost"]
        subprocess.run(
            [*command, "-keyout", self.path("key"), "-out", self.path("cert")], check=True, capture_output=True
        )
        trace = self.record(
            f"""{ECHO}
import ssl
async def main():
    ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ours.load_cert_chain("cert", "key")
    server = await asyncio.start_server(echo, "127.0.0.1", 0, ssl=ours)
    theirs = ssl.create_default_context(cafile="cert")
    address = server.sockets[0].getsockname()
    await talk(*await asyncio.open_connection(*address, ssl=theirs, server_hostname="localhost"))
    server.close()
    await asyncio.sleep(0.05)
asyncio.run(main())
"""
        )
        (server,) = trace.labelled("server")
        found = trace.labelled("TLS connection")
        self.assertEqual(len(found), 2)
        for ident in found:
            received, sent = self.traffic(trace, ident)
            self.assertGreater(min(received, sent), 1000)  # as on the wire
        self.assertEqual({e.b for e in trace.kinds("OPENED")}, {0, server})

    @proves("streams")
    def test_udp(self) -> None:
        trace = self.record(
            """
            import asyncio
            class Protocol(asyncio.DatagramProtocol):
                def __init__(self): self.got = asyncio.get_event_loop().create_future()
                def datagram_received(self, data, address): self.got.set_result(data)
            async def main():
                loop = asyncio.get_event_loop()
                transport, protocol = await loop.create_datagram_endpoint(Protocol, ("127.0.0.1", 0))
                transport.sendto(b"12345", transport.get_extra_info("sockname"))
                assert await protocol.got == b"12345"
                transport.close()
                await asyncio.sleep(0)
            asyncio.run(main())
            """
        )
        (endpoint,) = trace.labelled("UDP endpoint")
        self.assertEqual(self.traffic(trace, endpoint), (5, 5))
        self.assertEqual(len(self.of(trace, endpoint, "OPENED", "CLOSED")), 2)
        self.assertRegex(trace.detail(endpoint), r"^127\.0\.0\.1:\d+$")

    @proves("streams")
    def test_a_buffered_protocol_and_a_lost_connection(self) -> None:
        trace = self.record(
            """
            import asyncio, socket, struct
            class Protocol(asyncio.BufferedProtocol):
                def __init__(self): self.lost = asyncio.get_event_loop().create_future()
                def get_buffer(self, hint): return bytearray(100)
                def connection_lost(self, error): self.lost.set_result(type(error).__name__)
            async def main():
                loop = asyncio.get_event_loop()
                listening = socket.create_server(("127.0.0.1", 0))
                transport, protocol = await loop.create_connection(Protocol, *listening.getsockname())
                peer, _ = listening.accept()
                peer.sendall(b"123")
                while not transport_received(): await asyncio.sleep(0.001)
                peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                peer.close()
                print(await protocol.lost)
            got = []
            Protocol.buffer_updated = lambda self, size: got.append(size)
            transport_received = lambda: sum(got) == 3
            asyncio.run(main())
            """
        )
        self.assertEqual(self.done.stdout, b"ConnectionResetError\n")
        (ident,) = trace.labelled("TCP connection")
        self.assertEqual(self.traffic(trace, ident), (3, 0))
        (closed,) = self.of(trace, ident, "CLOSED")
        self.assertRegex(trace.strings[closed.b], "^ConnectionResetError: ")

    @proves("streams")
    def test_sendfile(self) -> None:
        self.write("x" * 5000, "file")
        trace = self.record(
            """
            import asyncio
            async def main():
                got = asyncio.get_event_loop().create_future()
                async def collect(reader, writer):
                    got.set_result(len(await reader.read(-1)))
                    writer.close()
                server = await asyncio.start_server(collect, "127.0.0.1", 0)
                reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
                with open("file", "rb") as file:
                    try: raise KeyError
                    except KeyError: sent = await asyncio.get_event_loop().sendfile(writer.transport, file)
                    assert sent == 5000
                writer.close()
                print(await got)
                server.close()
            asyncio.run(main())
            """
        )
        self.assertEqual(self.done.stdout, b"5000\n")
        accepted = [e.a for e in trace.kinds("OPENED") if e.b]
        self.assertEqual([self.traffic(trace, ident)[0] for ident in accepted], [5000])
        opened = [e.a for e in trace.kinds("OPENED") if not e.b and e.a not in trace.labelled("server")]
        self.assertEqual([self.traffic(trace, ident)[1] for ident in opened], [5000])


class Sockets(ProgramTest):
    @proves("sockets")
    def test_plain_sockets(self) -> None:
        source = """
import asyncio, socket
async def main():
    loop = asyncio.get_event_loop()
    listening = socket.create_server(("127.0.0.1", 0))
    listening.setblocking(False)
    client = socket.socket()
    client.setblocking(False)
    accepting = loop.create_task(accept(listening), name="accepting")
    await asyncio.sleep(0)
    await loop.sock_connect(client, listening.getsockname())
    server = await accepting
    receiving = loop.create_task(receive(server), name="receiving")
    await asyncio.sleep(0)
    await loop.sock_sendall(client, b"x")
    await receiving
    loop.add_writer(client, done.set)  # watch
    await done.wait()
    loop.remove_writer(client)  # unwatch
    print(client.fileno(), server.fileno(), client.getsockname()[1], server.getsockname()[1])
    client.close(), server.close(), listening.close()
async def accept(listening): return (await asyncio.get_event_loop().sock_accept(listening))[0]
async def receive(server): await asyncio.get_event_loop().sock_recv(server, 10)
async def started():
    global done
    done = asyncio.Event()
    await main()
asyncio.run(started())
"""
        trace, at = self.record(source), self.lines(source)
        client, server, ours, theirs = map(int, self.done.stdout.split())
        (wait,) = trace.waits("accepting")
        self.assertEqual((wait["kind"], wait["label"]), ("socket", "sock_accept"))
        (wait,) = trace.waits("receiving")
        self.assertEqual((wait["kind"], wait["label"]), ("socket", "sock_recv"))
        expected = f"descriptor {server}, 127.0.0.1:{theirs} → 127.0.0.1:{ours}"
        self.assertEqual(trace.detail(wait["target"][0]), expected)
        watched = [(e.a, e.b, trace.frames(e.aux)[0]) for e in trace.kinds("WATCH")]
        self.assertEqual(watched, [(client, 2, f"main:{at['watch']}"), (client, 4, f"main:{at['unwatch']}")])

    @proves("sockets")
    def test_names_are_looked_up(self) -> None:
        trace = self.record(
            """
            import asyncio, concurrent.futures, threading
            async def main():
                loop, gate = asyncio.get_event_loop(), threading.Event()
                loop.set_default_executor(concurrent.futures.ThreadPoolExecutor(1))
                loop.run_in_executor(None, gate.wait)  # so that the other job is not done before it is awaited
                loop.call_soon(gate.set)
                await loop.getaddrinfo("localhost", 80)
            asyncio.run(main())
            """
        )
        (wait,) = trace.waits("Task-1")
        self.assertEqual((wait["kind"], wait["label"]), ("resolve", "getaddrinfo"))
        self.assertEqual(trace.detail(wait["target"][0]), "localhost:80")
        self.assertEqual(len(trace.kinds("JOB_END")), 2)


class Subprocesses(ProgramTest):
    @proves("subprocess")
    def test_course(self) -> None:
        source = """
import asyncio
async def main():
    process = await asyncio.create_subprocess_exec("cat", "-", stdin=-1, stdout=-1)  # spawn
    process.stdin.write(b"abc")
    assert await process.stdout.read(3) == b"abc"
    process.terminate()  # end
    waiting = asyncio.get_event_loop().create_task(process.wait(), name="waiting")
    print(process.pid, await waiting)
    process = await asyncio.create_subprocess_shell("exit 7")
    print(process.pid, await process.wait())
asyncio.run(main())
"""
        trace, at = self.record(source), self.lines(source)
        pids = [int(line.split()[0]) for line in self.done.stdout.splitlines()]
        first, second = trace.kinds("SPAWNED")
        self.assertEqual([first.b, second.b], pids)
        self.assertEqual(trace.frames(first.aux), [f"main:{at['spawn']}"])
        self.assertEqual([trace.detail(first.a), trace.detail(second.a)], ["cat -", "exit 7"])
        (killed,) = trace.kinds("KILLED")
        self.assertEqual((killed.a, killed.b), (first.a, signal.SIGTERM))
        self.assertEqual(trace.frames(killed.aux), [f"main:{at['end']}"])
        ended = {e.a: e.b for e in trace.kinds("EXITED")}
        self.assertEqual(ended, {first.a: 2**32 - signal.SIGTERM, second.a: 7})
        for wait in trace.waits("waiting"):
            self.assertEqual(wait["target"], (first.a, "Process"))
        details = {trace.detail(ident) for ident in trace.labelled("pipe")}
        self.assertEqual(details, {f"stdin of process {pids[0]}", f"stdout of process {pids[0]}"})
        received = sum(e.b for e in trace.kinds("RECEIVED"))
        self.assertEqual((received, sum(e.b for e in trace.kinds("SENT"))), (3, 3))


class FromOutside(ProgramTest):
    @proves("signals")
    def test_signal_handler(self) -> None:
        trace = self.record(
            """
            import asyncio, os, signal
            def usr1(): got.set()
            async def main():
                global got
                got = asyncio.Event()
                asyncio.get_event_loop().add_signal_handler(signal.SIGUSR1, usr1)
                os.kill(os.getpid(), signal.SIGUSR1)
                await got.wait()
            asyncio.run(main())
            """
        )
        (event,) = trace.kinds("SIGNAL")
        self.assertEqual((event.a, trace.locations[event.aux]["function"]), (signal.SIGUSR1, "usr1"))
        runs = [e for e in trace.kinds("CALLBACK_BEGIN") if e.aux == event.aux]
        self.assertEqual(len(runs), 1)

    @proves("signals", "exits")
    def test_interrupt(self) -> None:
        self.write(
            """
            import asyncio
            async def main():
                print("go", flush=True)
                await asyncio.sleep(60)
            asyncio.run(main())
            """
        )
        process = self.start(self.command("program.py"))
        assert process.stdout
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        done = self.finish(process)
        self.assertEqual(done.returncode, -signal.SIGINT)
        trace = self.load()
        if sys.version_info >= (3, 11):  # `Runner` cancels the main task
            (event,) = trace.kinds("SIGNAL")
            self.assertEqual(event.a, signal.SIGINT)
            self.assertEqual(trace.of("Task-1")[-1].kind, "STEP_CANCEL")
        else:
            self.assertIn("KeyboardInterrupt", {trace.strings[e.b] for e in trace.kinds("LOOP_STOP")})

    @proves("exits")
    def test_what_leaves_the_loop(self) -> None:
        trace = self.record(
            """
            import asyncio, sys
            def leave(): sys.exit(3)
            async def main():
                asyncio.get_event_loop().call_soon(leave)
                await asyncio.sleep(1)
            try: raise KeyError("an older exception")
            except KeyError: asyncio.run(main())
            """,
            status=3,
        )
        stops = [trace.strings[e.b] for e in trace.kinds("LOOP_STOP")]
        self.assertEqual((stops[0], set(stops[1:])), ("SystemExit: 3", {""}))

    @proves("generators")
    def test_a_dropped_generator(self) -> None:
        trace = self.record(
            """
            import asyncio
            async def numbers():
                try: yield 1
                finally: await asyncio.sleep(0)
            async def main():
                async for number in numbers(): break
                await asyncio.sleep(0.01)
            asyncio.run(main())
            """
        )
        (event,) = trace.kinds("FINALIZED")
        self.assertEqual(trace.locations[event.a]["function"], "numbers")
        self.assertEqual(event.b, trace.named("Task-1"))

    @proves("run")
    def test_what_keeps_run_from_ending(self) -> None:
        trace = self.record(
            """
            import asyncio, time
            async def main():
                asyncio.get_event_loop().run_in_executor(None, time.sleep, 0.05)
            asyncio.run(main())
            """
        )
        starts, stops = trace.kinds("LOOP_START"), trace.kinds("LOOP_STOP")
        self.assertEqual(len(starts), len(stops))
        self.assertEqual(
            trace.frames(starts[0].aux)[0].split(":")[0],
            "run_forever" if sys.version_info < (3, 13) else "_run_forever_setup",
        )
        if sys.version_info >= (3, 9):
            names = {ident: task["coroutine"]["function"] for ident, task in trace.tasks.items()}
            (shutdown,) = [ident for ident, name in names.items() if name.endswith("shutdown_default_executor")]
            began = next(e.time for e in trace.kinds("STEP_BEGIN") if e.a == shutdown)
            ended = next(e.time for e in trace.kinds("STEP_RETURN") if e.a == shutdown)
            self.assertGreater(ended - began, 10_000_000)


if __name__ == "__main__":
    unittest.main()
