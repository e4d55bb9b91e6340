"""uvloop's transports, timers, descriptors and the like: what is recorded, and that nobody sees a difference."""

import asyncio
import inspect
import signal
import sys
import unittest

from rows import proves
from test_accelerator import IN_USE
from test_io import ECHO
from test_uvloop import HEAD, UvloopTest
from tracefile import Trace

NEEDS_C = "what uvloop's methods are called with is seen by the accelerator alone"


class Connections(UvloopTest):
    def traffic(self, trace: Trace, ident: int) -> "tuple[int, int]":
        received = sum(e.b for e in trace.kinds("RECEIVED") if e.a == ident)
        return received, sum(e.b for e in trace.kinds("SENT") if e.a == ident)

    def check_pair(self, trace: Trace, label: str) -> "tuple[int, int]":
        """A server when it is seen, one connection to it, and all that passed between them: accepted, connected."""
        opened = {e.a: e for e in trace.kinds("OPENED")}
        closed = {e.a: trace.strings[e.b] for e in trace.kinds("CLOSED")}
        accepted, connected = trace.labelled(label)
        if IN_USE:
            (server,) = trace.labelled("server")
            self.assertEqual((opened[accepted].b, opened[connected].b), (server, 0))
            self.assertEqual(closed[server], "")
            self.assertEqual(self.traffic(trace, accepted), (1000, 2000))
            self.assertEqual(self.traffic(trace, connected), (2000, 1000))
        self.assertEqual((closed[accepted], closed[connected]), ("", ""))
        return accepted, connected

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
        trace, at = self.record_on_uvloop(source), self.lines(HEAD + source)
        accepted, connected = self.check_pair(trace, "TCP connection")
        ours, arrow, theirs = trace.detail(connected).split(" ")
        self.assertEqual((arrow, trace.detail(accepted)), ("→", f"{theirs} ← {ours}"))
        stacks = {e.a: trace.frames(e.aux) for e in trace.kinds("OPENED")}
        self.assertEqual(stacks[connected][0], f"main:{at['connect']}")
        if IN_USE:
            (server,) = trace.labelled("server")
            self.assertEqual(trace.detail(server), theirs)
            self.assertEqual(stacks[server][0], f"main:{at['serve']}")

    @proves("streams")
    def test_unix(self) -> None:
        trace = self.record_on_uvloop(
            f"""{ECHO}
import os
async def main():
    server = await asyncio.start_unix_server(echo, "s")
    await talk(*await asyncio.open_unix_connection("s"))
    server.close()
    await server.wait_closed()
"""
        )
        self.check_pair(trace, "Unix connection")

    @proves("streams")
    @unittest.skipUnless(IN_USE, NEEDS_C)
    def test_protocols_of_the_programs_own(self) -> None:
        trace = self.record_on_uvloop(
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
"""
        )
        accepted, connected = trace.labelled("TCP connection")
        self.assertEqual((self.traffic(trace, accepted), self.traffic(trace, connected)), ((3, 6), (6, 3)))
        runs = [trace.locations[e.aux]["function"] for e in trace.kinds("CALLBACK_BEGIN") if e.aux]
        self.assertIn("Answers.data_received", runs)
        self.assertIn("Asks.buffer_updated", runs)

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
        trace, at = self.record_on_uvloop(source), self.lines(HEAD + source)
        (ident,) = trace.labelled("TCP connection")
        paused, resumed = trace.kinds("WRITING")
        self.assertEqual([(e.a, e.b) for e in (paused, resumed)], [(ident, 0), (ident, 1)])
        self.assertEqual(trace.frames(paused.aux)[0], f"main:{at['write']}")
        levels = [e.b for e in trace.kinds("LEVEL") if e.a == ident]
        self.assertGreater(max(levels), 64 * 1024)
        self.assertEqual(self.traffic(trace, ident)[1], 50_000_000)

    @proves("streams")
    def test_udp(self) -> None:
        trace = self.record_on_uvloop(
            """
class Protocol(asyncio.DatagramProtocol):
    def __init__(self): self.got = asyncio.get_running_loop().create_future()
    def datagram_received(self, data, address): self.got.set_result(data)
async def main():
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.create_datagram_endpoint(Protocol, ("127.0.0.1", 0))
    transport.sendto(b"12345", transport.get_extra_info("sockname"))
    print(await protocol.got)
    transport.close()
    await asyncio.sleep(0)
"""
        )
        (endpoint,) = trace.labelled("UDP endpoint")
        self.assertEqual(self.traffic(trace, endpoint)[1], 5 if IN_USE else 0)
        self.assertEqual(len([e for e in trace.kinds("OPENED", "CLOSED") if e.a == endpoint]), 2)
        self.assertRegex(trace.detail(endpoint), r"^127\.0\.0\.1:\d+$")


class Timers(UvloopTest):
    @proves("callbacks")
    @unittest.skipUnless(IN_USE, NEEDS_C)
    def test_course(self) -> None:
        source = """
async def main():
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    def ring(): future.set_result(1)
    timer = loop.call_later(0.01, ring)  # set
    late = loop.call_at(loop.time() + 50, ring)  # far
    print(timer, late)
    late.cancel()  # cancel
    late.cancel()
    print(late, late.cancelled())
    await future
    timer.cancel()
    await asyncio.sleep(0.001)
    try: loop.call_later("soon", ring)
    except TypeError as error:
        import traceback
        print([frame.name for frame in traceback.extract_tb(error.__traceback__)])
"""
        trace, at = self.record_on_uvloop(source), self.lines(HEAD + source)
        first, second = trace.kinds("TIMER_SET")
        self.assertEqual((first.a, second.a), (1, 2))
        self.assertEqual(trace.frames(first.aux)[0], f"main:{at['set']}")
        self.assertEqual(trace.frames(second.aux)[0], f"main:{at['far']}")
        self.assertEqual(trace.locations[first.b]["function"], "main.<locals>.ring")
        (cancelled,) = trace.kinds("TIMER_CANCEL")
        self.assertEqual((cancelled.a, cancelled.b), (2, trace.named("Task-1")))
        self.assertEqual(trace.frames(cancelled.aux)[0], f"main:{at['cancel']}")
        (run,) = trace.kinds("TIMER_RUN")
        self.assertEqual(run.a, 1)
        after = [e for e in trace.kinds("TIMER_BEGIN") if e.time >= run.time]
        self.assertEqual(trace.locations[after[0].aux]["function"], "main.<locals>.ring")
        self.assertEqual(len(trace.kinds("TIMER_BEGIN")), 2)  # and that of `sleep`

    @proves("callbacks", "complaints", "exits")
    @unittest.skipUnless(IN_USE, NEEDS_C)
    def test_errors_look_as_they_do(self) -> None:
        """The output of both runs is compared: tracebacks, messages, handles."""
        trace = self.record_on_uvloop(
            """
class Callable:
    def __call__(self): raise KeyError("called")
    def __repr__(self): return "Callable()"
    def __format__(self, how): return "formatted"
class Owner:
    def fails(self): raise ValueError("no")
    def __repr__(self): return "Owner()"  # without an address
async def main():
    loop = asyncio.get_running_loop()
    loop.call_later(0.001, Callable())
    loop.call_later(0.002, Owner().fails)
    loop.call_later(0.003, print, "printed")
    done = asyncio.Event()
    def handler(loop, context):
        print(context["message"].split(" at 0x")[0], context["handle"], repr(context["exception"]))
    loop.call_later(0.010, done.set)
    await done.wait()
    loop.set_exception_handler(handler)
    done.clear()
    loop.call_later(0.001, Callable())
    loop.call_later(0.005, done.set)
    await done.wait()
"""
        )
        told = [trace.strings[e.a] for e in trace.kinds("LOOP_ERROR")]
        self.assertEqual(told, ["KeyError: 'called'", "ValueError: no", "KeyError: 'called'"])

    @proves("run")
    def test_polls(self) -> None:
        trace = self.record_on_uvloop(
            """
async def main():
    await asyncio.sleep(0)
    await asyncio.sleep(0.05)
    await asyncio.get_running_loop().run_in_executor(None, len, "abc")
"""
        )
        begins, ends = trace.kinds("POLL_BEGIN"), trace.kinds("POLL_END")
        self.assertEqual(len(begins), len(ends))
        longest = max(end.time - begin.time for begin, end in zip(begins, ends))
        self.assertGreater(longest, 20_000_000)
        timeouts = [e.b for e in begins if e.b != 2**32 - 1]
        self.assertTrue(any(10_000 < timeout <= 50_001 for timeout in timeouts), [e.b for e in begins])


class Sockets(UvloopTest):
    @proves("sockets")
    def test_plain_sockets(self) -> None:
        source = """
import socket
async def main():
    loop = asyncio.get_running_loop()
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
    done = asyncio.Event()
    loop.add_writer(client, done.set)  # watch
    await done.wait()
    print(loop.remove_writer(client))  # unwatch
    with open("numbers", "w") as file:
        print(client.fileno(), server.fileno(), client.getsockname()[1], server.getsockname()[1], file=file)
    try: loop.add_reader(-5, print)
    except ValueError as error: print(error)
    client.close(), server.close(), listening.close()
async def accept(listening): return (await asyncio.get_running_loop().sock_accept(listening))[0]
async def receive(server): await asyncio.get_running_loop().sock_recv(server, 10)
"""
        trace, at = self.record_on_uvloop(source, keep="numbers"), self.lines(HEAD + source)
        client, server, ours, theirs = map(int, self.kept.split())
        (wait,) = trace.waits("accepting")
        self.assertEqual((wait["kind"], wait["label"]), ("socket", "sock_accept"))
        (wait,) = trace.waits("receiving")
        self.assertEqual((wait["kind"], wait["label"]), ("socket", "sock_recv"))
        expected = f"descriptor {server}, 127.0.0.1:{theirs} → 127.0.0.1:{ours}"
        self.assertEqual(trace.detail(wait["target"][0]), expected)
        if IN_USE:
            watched = [(e.a, e.b, trace.frames(e.aux)[0]) for e in trace.kinds("WATCH")]
            self.assertEqual(watched, [(client, 2, f"main:{at['watch']}"), (client, 4, f"main:{at['unwatch']}")])
            runs = [trace.locations[e.aux]["function"] for e in trace.kinds("CALLBACK_BEGIN") if e.aux]
            self.assertEqual(runs.count("Event.set"), 1)

    @proves("sockets")
    def test_names_are_looked_up(self) -> None:
        trace = self.record_on_uvloop(
            """
async def main():
    loop = asyncio.get_running_loop()
    print(len(await loop.getaddrinfo("localhost", 80)) > 0)
    print(len(await asyncio.wait_for(loop.getnameinfo(("127.0.0.1", 80)), 60)))
"""
        )
        waits = [wait for wait in trace.waits("Task-1") if wait["kind"] == "resolve"]
        self.assertEqual(waits[0]["label"], "getaddrinfo")
        self.assertEqual(trace.detail(waits[0]["target"][0]), "localhost:80")


class FromOutside(UvloopTest):
    @proves("subprocess")
    def test_course(self) -> None:
        source = """
async def main():
    process = await asyncio.create_subprocess_exec("cat", "-", stdin=-1, stdout=-1)  # spawn
    process.stdin.write(b"abc")
    print(await process.stdout.read(3))
    process.terminate()  # end
    waiting = asyncio.create_task(process.wait(), name="waiting")
    print(await waiting)
    process = await asyncio.create_subprocess_shell("exit 7")
    print(await process.wait())
"""
        trace, at = self.record_on_uvloop(source), self.lines(HEAD + source)
        first, second = trace.kinds("SPAWNED")
        self.assertEqual(trace.frames(first.aux)[0], f"main:{at['spawn']}")
        self.assertEqual([trace.detail(first.a), trace.detail(second.a)], ["cat -", "exit 7"])
        ended = {e.a: e.b for e in trace.kinds("EXITED")}
        self.assertEqual(ended, {first.a: 2**32 - signal.SIGTERM, second.a: 7})
        for wait in trace.waits("waiting"):
            self.assertEqual(wait["target"], (first.a, "Process"))
        details = {trace.detail(ident) for ident in trace.labelled("pipe")}
        self.assertEqual(details, {f"stdin of process {first.b}", f"stdout of process {first.b}"})
        if IN_USE:
            (killed,) = trace.kinds("KILLED")
            self.assertEqual((killed.a, killed.b), (first.a, signal.SIGTERM))
            self.assertEqual(trace.frames(killed.aux)[0], f"main:{at['end']}")
            received = sum(e.b for e in trace.kinds("RECEIVED"))
            self.assertEqual((received, sum(e.b for e in trace.kinds("SENT"))), (3, 3))

    @proves("signals")
    @unittest.skipUnless(IN_USE, NEEDS_C)
    def test_signal_handler(self) -> None:
        trace = self.record_on_uvloop(
            """
import os, signal
def usr1(name): print(name); got.set()
async def refused(): pass
async def main():
    global got
    got = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGUSR1, usr1, "usr1")
    try: loop.add_signal_handler(signal.SIGUSR2, refused)
    except TypeError as error: print(error)
    os.kill(os.getpid(), signal.SIGUSR1)
    await got.wait()
    print(loop.remove_signal_handler(signal.SIGUSR1))
"""
        )
        (event,) = trace.kinds("SIGNAL")
        self.assertEqual((event.a, trace.locations[event.aux]["function"]), (signal.SIGUSR1, "usr1"))
        self.assertEqual(len([e for e in trace.kinds("CALLBACK_BEGIN") if e.aux == event.aux]), 1)

    @proves("signals", "exits")
    @unittest.skipIf(sys.version_info < (3, 11), "up to 3.10, uvloop itself ends by the KeyboardInterrupt")
    def test_interrupt(self) -> None:
        self.write(
            HEAD + "async def main():\n    print('go', flush=True)\n    await asyncio.sleep(60)\nuvloop.run(main())\n"
        )
        process = self.start(self.command("program.py"))
        assert process.stdout
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        done = self.finish(process)
        self.assertEqual(done.returncode, -signal.SIGINT)
        trace = self.load()
        (event,) = trace.kinds("SIGNAL")
        self.assertEqual(event.a, signal.SIGINT)
        self.assertEqual(trace.of("Task-1")[-1].kind, "STEP_CANCEL")

    @proves("generators")
    @unittest.skipUnless(IN_USE, NEEDS_C)
    def test_a_dropped_generator(self) -> None:
        trace = self.record_on_uvloop(
            """
async def numbers():
    try: yield 1
    finally:
        await asyncio.sleep(0)
        ended.set()
async def main():
    global ended
    ended = asyncio.Event()
    async for number in numbers(): break
    await ended.wait()
"""
        )
        (event,) = trace.kinds("FINALIZED")
        self.assertEqual(trace.locations[event.a]["function"], "numbers")
        self.assertEqual(event.b, trace.named("Task-1"))

    @proves("complaints")
    @unittest.skipUnless(IN_USE, NEEDS_C)
    def test_complaints(self) -> None:
        trace = self.record_on_uvloop(
            """
import gc
async def fails(): raise ValueError("nobody looks")
async def hangs(): await asyncio.get_running_loop().create_future()
async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda loop, context: print(context["message"]))
    task = asyncio.create_task(fails(), name="fails")
    await asyncio.sleep(0)
    del task
    gc.collect()
    task = asyncio.create_task(hangs(), name="hangs")
    await asyncio.sleep(0)
    task._log_destroy_pending
    del task
    gc.collect()
    loop.call_exception_handler({"message": "the program's own"})
"""
        )
        unretrieved = {e.a: trace.strings[e.b] for e in trace.kinds("UNRETRIEVED")}
        self.assertEqual(unretrieved, {trace.named("fails"): "ValueError: nobody looks"})
        self.assertEqual([e.a for e in trace.kinds("TASK_DESTROYED")], [trace.named("hangs")])
        self.assertEqual(trace.kinds("LOOP_ERROR"), [])


def _takes_eager_start() -> bool:
    """Whether uvloop, which passes it from 3.13 on, can have asyncio's eager factories as its own: from 3.13.3 on."""
    factory = getattr(asyncio, "eager_task_factory", None)
    if factory is None or sys.version_info < (3, 13):
        return factory is not None
    kinds = inspect.signature(factory).parameters.values()
    return any(kind.kind is kind.VAR_KEYWORD or kind.name == "eager_start" for kind in kinds)


@unittest.skipIf(sys.version_info < (3, 12), "eager tasks came with 3.12")
@unittest.skipUnless(
    _takes_eager_start(), "uvloop gives this Python's eager factories an argument that they do not take"
)
@unittest.skipUnless(IN_USE, NEEDS_C)
class Eager(UvloopTest):
    # uvloop passes `eager_start` on to the factory from 3.14 on, and what it passes counts.
    EAGER = """
import sys
EAGER = {"eager_start": True} if sys.version_info >= (3, 14) else {}
"""

    @proves("eager")
    def test_first_steps(self) -> None:
        trace = self.record_on_uvloop(
            f"""{self.EAGER}
async def quick(): return 1
async def waits(event): await event.wait()
async def main():
    asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
    event = asyncio.Event()
    quick_task = asyncio.create_task(quick(), name="quick", **EAGER)
    print(quick_task.done())
    waiting = asyncio.create_task(waits(event), name="waits", **EAGER)
    event.set()
    await waiting
"""
        )
        self.assertEqual(self.done.stdout, b"True\n")
        self.assertEqual([e.kind for e in trace.of("quick")][-1], "STEP_RETURN")
        self.assertEqual(trace.of("quick", "TASK_CREATE")[0].b, trace.named("Task-1"))
        kinds = [e.kind for e in trace.of("waits") if e.kind != "TASK_NAME"]
        self.assertEqual(
            kinds, ["TASK_CREATE", "STEP_BEGIN", "STEP_SUSPEND", "TASK_READY", "STEP_BEGIN", "STEP_RETURN"]
        )
        self.assertEqual(trace.waits("waits")[0]["kind"], "event")

    @proves("eager")
    def test_one_that_hangs_from_its_first_wait_on(self) -> None:
        trace = self.record_on_uvloop(
            f"""{self.EAGER}
async def hangs(): await asyncio.get_running_loop().create_future()
async def main():
    asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
    task = asyncio.create_task(hangs(), name="hangs", **EAGER)
    await asyncio.sleep(0.001)
    task.cancel()
    await asyncio.wait([task])
"""
        )
        kinds = [e.kind for e in trace.of("hangs")]
        self.assertEqual(kinds[-1], "STEP_CANCEL")
        self.assertEqual(trace.waits("hangs")[0]["kind"], "future")


del UvloopTest  # whose tests are those of its subclasses

if __name__ == "__main__":
    unittest.main()
