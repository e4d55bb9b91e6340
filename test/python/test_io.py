"""Subprocesses, plain sockets, names, signals and generators, on asyncio's own loop and on uvloop's."""

import signal
import sys
import unittest
from itertools import groupby

from loops import LoopTest, OnUvloop
from recorded import ProgramTest
from rows import proves


class Sockets(LoopTest):
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
    except ValueError: print("refused")
    client.close(), server.close(), listening.close()
async def accept(listening): return (await asyncio.get_running_loop().sock_accept(listening))[0]
async def receive(server): await asyncio.get_running_loop().sock_recv(server, 10)
"""
        self.keep = "numbers"
        trace, at = self.record_main(source), self.lines(self.text(source))
        client, server, ours, theirs = map(int, self.kept.split())
        (wait,) = trace.waits("accepting")
        self.assertEqual((wait["kind"], wait["label"]), ("socket", "sock_accept"))
        (wait,) = trace.waits("receiving")
        self.assertEqual((wait["kind"], wait["label"]), ("socket", "sock_recv"))
        expected = f"descriptor {server}, 127.0.0.1:{theirs} → 127.0.0.1:{ours}"
        self.assertEqual(trace.detail(wait["target"][0]), expected)
        if self.all_seen:
            watched = [(e.a, e.b, trace.frames(e.aux)[0]) for e in trace.kinds("WATCH")]
            self.assertEqual(watched, [(client, 2, f"main:{at['watch']}"), (client, 4, f"main:{at['unwatch']}")])
            runs = [trace.locations[e.aux]["function"] for e in trace.kinds("CALLBACK_BEGIN") if e.aux]
            self.assertEqual(runs.count("Event.set"), 1)

    @proves("sockets")
    def test_how_many_descriptors_the_loop_waits_for(self) -> None:
        """Those of the program, and one with which the loop is woken."""
        trace = self.record_main(
            """
import socket
async def main():
    loop, heard = asyncio.get_running_loop(), asyncio.Event()
    ours, theirs = socket.socketpair()
    def hear(): ours.recv(1), heard.set()
    async def poll():  # for there is nothing else to do
        heard.clear()
        theirs.send(b"x")
        await heard.wait()
    loop.add_reader(ours, hear)
    await poll()
    server = await asyncio.start_server(print, sock=socket.create_server(("127.0.0.1", 0)))
    await poll()
    server.close()
    await poll()
    loop.remove_reader(ours)
    ours.close(), theirs.close()
"""
        )
        counts = [count for count, _ in groupby(event.aux for event in trace.kinds("POLL_BEGIN"))]
        if self.counts_descriptors:
            self.assertEqual([count for count in counts if count != 1], [2, 3, 2])  # `run` itself polls without
        else:
            self.assertEqual(counts, [0])

    @proves("sockets")
    def test_names_are_looked_up(self) -> None:
        trace = self.record_main(
            """
import concurrent.futures, threading
async def main():
    loop, gate = asyncio.get_running_loop(), threading.Event()
    loop.set_default_executor(concurrent.futures.ThreadPoolExecutor(1))
    loop.run_in_executor(None, gate.wait)  # so that the other job is not done before it is awaited
    loop.call_soon(gate.set)
    print(len(await loop.getaddrinfo("localhost", 80)) > 0)
    print(len(await asyncio.wait_for(loop.getnameinfo(("127.0.0.1", 80)), 60)))
"""
        )
        waits = [wait for wait in trace.waits("Task-1") if wait["kind"] == "resolve"]
        self.assertEqual(waits[0]["label"], "getaddrinfo")
        self.assertEqual(trace.detail(waits[0]["target"][0]), "localhost:80")


class SocketsOnUvloop(OnUvloop, Sockets):
    pass


class Subprocesses(LoopTest):
    @proves("subprocess")
    def test_course(self) -> None:
        source = """
async def main():
    process = await asyncio.create_subprocess_exec("cat", "-", stdin=-1, stdout=-1)  # spawn
    process.stdin.write(b"abc")
    print(await process.stdout.read(3))
    process.terminate()  # end
    waiting = asyncio.get_running_loop().create_task(process.wait(), name="waiting")
    print(await waiting)
    second = await asyncio.create_subprocess_shell("exit 7")
    print(await second.wait())
    with open("pids", "w") as file: print(process.pid, second.pid, file=file)
"""
        self.keep = "pids"
        trace, at = self.record_main(source), self.lines(self.text(source))
        pids = [int(pid) for pid in self.kept.split()]
        first, second = trace.kinds("SPAWNED")
        self.assertEqual([first.b, second.b], pids)
        self.assertEqual(self.inner(trace.frames(first.aux)), [f"main:{at['spawn']}"])
        self.assertEqual([trace.detail(first.a), trace.detail(second.a)], ["cat -", "exit 7"])
        ended = {e.a: e.b for e in trace.kinds("EXITED")}
        self.assertEqual(ended, {first.a: 2**32 - signal.SIGTERM, second.a: 7})
        for wait in trace.waits("waiting"):
            self.assertEqual(wait["target"], (first.a, "Process"))
        details = {trace.detail(ident) for ident in trace.labelled("pipe")}
        self.assertEqual(details, {f"stdin of process {pids[0]}", f"stdout of process {pids[0]}"})
        if self.all_seen:
            (killed,) = trace.kinds("KILLED")
            self.assertEqual((killed.a, killed.b), (first.a, signal.SIGTERM))
            self.assertEqual(self.inner(trace.frames(killed.aux)), [f"main:{at['end']}"])
            received = sum(e.b for e in trace.kinds("RECEIVED"))
            self.assertEqual((received, sum(e.b for e in trace.kinds("SENT"))), (3, 3))

    @proves("subprocess")
    def test_a_protocol_of_the_programs_own(self) -> None:
        trace = self.record_main(
            """
class Course(asyncio.SubprocessProtocol):
    def __init__(self): self.ended = asyncio.get_running_loop().create_future()
    def process_exited(self): self.ended.set_result(None)
async def main():
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.subprocess_exec(Course, "sh", "-c", "read line; exit 7", stdout=None, stderr=None)
    transport.get_pipe_transport(0).write(b"go\\n")
    await protocol.ended
    print(transport.get_returncode())
    transport.close()
    transport, protocol = await loop.subprocess_exec(Course, "true", stdin=None, stdout=None, stderr=None)
    await protocol.ended
    transport.close()
"""
        )
        spawned = [event.a for event in trace.kinds("SPAWNED")]
        if self.all_seen:
            self.assertEqual([(e.a, e.b) for e in trace.kinds("EXITED")], [(spawned[0], 7), (spawned[1], 0)])


class SubprocessesOnUvloop(OnUvloop, Subprocesses):
    pass


class FromOutside(LoopTest):
    @proves("signals")
    def test_signal_handler(self) -> None:
        trace = self.record_main(
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
        if self.all_seen:
            (event,) = trace.kinds("SIGNAL")
            self.assertEqual((event.a, trace.locations[event.aux]["function"]), (signal.SIGUSR1, "usr1"))
            self.assertEqual(len([e for e in trace.kinds("CALLBACK_BEGIN") if e.aux == event.aux]), 1)

    @proves("signals", "exits")
    def test_interrupt(self) -> None:
        if self.UVLOOP and sys.version_info < (3, 11):
            self.skipTest("up to 3.10, uvloop itself ends by the KeyboardInterrupt")
        self.write(self.text("async def main():\n    print('go', flush=True)\n    await asyncio.sleep(60)\n"))
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

    @proves("generators")
    def test_a_dropped_generator(self) -> None:
        trace = self.record_main(
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
        if self.all_seen:
            (event,) = trace.kinds("FINALIZED")
            self.assertEqual(trace.locations[event.a]["function"], "numbers")
            self.assertEqual(event.b, trace.named("Task-1"))


class FromOutsideOnUvloop(OnUvloop, FromOutside):
    pass


class Ends(ProgramTest):
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


del LoopTest, OnUvloop  # which have no tests

if __name__ == "__main__":
    unittest.main()
