"""uvloop's loops: what is recorded of them, and that their programs do what they did."""

import sys
import unittest

from faults import Runs
from loops import NEEDS_C, OnUvloop
from rows import proves
from test_accelerator import IN_USE


class Uvloop(OnUvloop):
    @proves("run", "create", "waits")
    def test_tasks(self) -> None:
        source = """
async def child(n):
    await asyncio.sleep(0.01)  # sleep
    if n: raise ValueError("no")
async def main():
    children = [asyncio.create_task(child(n), name=f"child-{n}") for n in range(2)]  # create
    await asyncio.gather(*children, return_exceptions=True)
"""
        trace = self.record_main(source)
        at = self.lines(self.text(source))
        self.assertEqual(trace.loops[1]["class"], "uvloop.Loop")
        first, second = (trace.of(f"child-{n}") for n in range(2))
        self.assertEqual(
            [e.kind for e in first],
            ["TASK_CREATE", "STEP_BEGIN", "TASK_NAME", "STEP_SUSPEND", "TASK_READY", "STEP_BEGIN", "STEP_RETURN"],
        )
        self.assertEqual(trace.strings[second[-1].b], "ValueError: no")
        self.assertIn(f"main:{at['create']}", trace.frames(first[0].aux)[:2])  # a comprehension is a frame up to 3.11
        self.assertEqual(first[0].b, trace.named("Task-1"))
        (wait,) = trace.waits("child-0")
        self.assertEqual((wait["kind"], wait["target"]), ("sleep", 10_000))
        self.assertIn(f"child:{at['sleep']}", wait["frames"])
        self.assertEqual(len(trace.kinds("LOOP_START")), len(trace.kinds("LOOP_STOP")))
        self.assertEqual(len(trace.kinds("LOOP_CLOSE")), 1)
        dropped = [trace.strings[event.b] for event in trace.kinds("DROPPED")]
        self.assertEqual(["uvloop's event loops" in text for text in dropped], [] if IN_USE else [True])

    @proves("cancel", "locks", "queues")
    def test_who_woke_and_cancelled_whom(self) -> None:
        source = """
async def locked(lock):
    async with lock: await asyncio.sleep(0)
async def main():
    lock, queue = asyncio.Lock(), asyncio.Queue()
    await lock.acquire()
    waiting = asyncio.create_task(locked(lock), name="waiting")
    getting = asyncio.create_task(queue.get(), name="getting")
    hanging = asyncio.create_task(asyncio.Event().wait(), name="hanging")
    await asyncio.sleep(0)
    lock.release()  # release
    queue.put_nowait(1)  # put
    hanging.cancel()  # cancel
    await asyncio.wait([waiting, getting, hanging])
"""
        trace = self.record_main(source)
        at = self.lines(self.text(source))
        main = trace.named("Task-1")
        for name, line, kind in (("waiting", "release", "lock"), ("getting", "put", "queue_get")):
            (wait,) = [w for w in trace.waits(name) if w["kind"] != "sleep"]
            self.assertEqual(wait["kind"], kind)
            ready = trace.of(name, "TASK_READY")[0]
            self.assertEqual(ready.b, main)
            self.assertIn(f"main:{at[line]}", trace.frames(ready.aux))
        (request,) = trace.of("hanging", "CANCEL_REQUEST")
        self.assertEqual((request.b, trace.frames(request.aux)[0]), (main, f"main:{at['cancel']}"))
        self.assertEqual(trace.of("hanging")[-1].kind, "STEP_CANCEL")
        self.assertEqual(len(trace.kinds("ACQUIRE")), 2)

    @proves("group")
    @unittest.skipIf(sys.version_info < (3, 11), "task groups came with 3.11")
    def test_groups(self) -> None:
        trace = self.record_main(
            """
async def fails(): raise ValueError
async def main():
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fails(), name="fails")
            group.create_task(asyncio.sleep(10), name="sleeps")
    except ExceptionGroup: print("group")
"""
        )
        self.assertEqual(len(trace.kinds("SCOPE_CHILD")), 2)
        self.assertEqual([e.aux for e in trace.kinds("SCOPE_CLOSE")], [2])
        self.assertEqual(trace.of("sleeps")[-1].kind, "STEP_CANCEL")

    @proves("executor", "threadsafe", "callbacks")
    def test_threads_and_callbacks(self) -> None:
        source = """
import threading
def called(): print("called")
async def main():
    loop = asyncio.get_running_loop()
    loop.call_soon(called)
    cancelled = loop.call_soon(print, "never")
    cancelled.cancel()
    print(await loop.run_in_executor(None, len, "abc"))
    done = asyncio.Event()
    thread = threading.Thread(target=lambda: loop.call_soon_threadsafe(done.set), name="other")  # call
    thread.start()
    await done.wait()
    thread.join()
"""
        trace = self.record_main(source)
        at = self.lines(self.text(source))
        self.assertEqual([len(trace.kinds(kind)) for kind in ("JOB_SUBMIT", "JOB_BEGIN", "JOB_END")], [1, 1, 1])
        runs = [trace.locations[e.aux]["function"] for e in trace.kinds("CALLBACK_BEGIN") if e.aux]
        self.assertEqual((runs.count("called"), runs.count("print")), (1, 0))
        calls = [e for e in trace.kinds("THREADSAFE_CALL") if trace.streams[e.stream]["name"] == "other"]
        self.assertEqual([trace.frames(e.aux)[0].split(":")[1] for e in calls], [str(at["call"])])

    @proves("current", "complaints")
    def test_the_program_sees_no_difference(self) -> None:
        self.record_main(
            """
import gc, sys, traceback
gc.disable()
class Noisy(Exception): pass
async def fails(): raise Noisy
async def shows():
    traceback.print_stack(file=sys.stdout)
    print(len(asyncio.all_tasks()), asyncio.current_task().get_name())
async def main():
    loop = asyncio.get_running_loop()
    order = []
    for n in range(3): loop.call_soon(order.append, n)
    await asyncio.sleep(0)
    order.append("after")
    print(order, loop.get_task_factory())
    def handler(loop, context): print(context["message"].split(" at 0x")[0], type(context.get("exception")))
    loop.set_exception_handler(handler)
    task = asyncio.create_task(fails())
    await asyncio.sleep(0)
    del task
    print("dropped")
    await asyncio.create_task(shows(), name="shows")
    try: loop.call_soon()
    except TypeError: print("a callback is missing")
    loop.call_soon(lambda: 1 / 0)
    await asyncio.sleep(0)
    loop.slow_callback_duration = 1e9  # however busy the machine is
    loop.set_debug(True)
    print([frame.name for frame in loop.call_soon(print)._source_traceback][-1])
"""
        )

    @proves("run")
    def test_loops_one_after_the_other(self) -> None:
        trace = self.record_main(
            """
async def quick(): await asyncio.sleep(0)
for _ in range(2):
    loop = uvloop.new_event_loop()
    loop.run_until_complete(quick())
    loop.run_until_complete(quick())
    loop.close()
    try: loop.call_soon(print)
    except RuntimeError as error: print(error)
async def main(): await quick()
"""
        )
        self.assertEqual(len(trace.loops), 3)
        ends = [e for e in trace.kinds("STEP_RETURN")]
        self.assertGreaterEqual(len(ends), 5)

    @proves("run")
    def test_uvloop_imported_before_the_recorder(self) -> None:
        """Its loops do not tell then that they run: the first handle and the one of `stop()` do."""
        self.write(
            """
            import asyncio, uvloop, loopscope
            waiting = uvloop.new_event_loop()
            loopscope.start("t.looptrace")
            async def main(): await asyncio.sleep(0)
            for _ in range(2): uvloop.run(main())
            waiting.run_until_complete(main())
            waiting.close()
            """
        )
        done = self.finish(self.start([sys.executable, self.path("program.py")]))
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        trace = self.load()
        runs = [e.kind for e in trace.kinds("LOOP_START", "LOOP_STOP", "LOOP_CLOSE")]
        once = [*["LOOP_START", "LOOP_STOP"] * 3, "LOOP_CLOSE"]  # `main`, the generators, the executor
        self.assertEqual(runs, [*once * 2, "LOOP_START", "LOOP_STOP", "LOOP_CLOSE"])

    @proves("run", "waits")
    def test_recorded_while_it_runs(self) -> None:
        self.write(
            """
            import asyncio, uvloop, loopscope
            async def hangs(event): await event.wait()
            async def main():
                event = asyncio.Event()
                task = asyncio.create_task(hangs(event), name="hangs")
                await asyncio.sleep(0)
                loopscope.start("t.looptrace")
                while not recorded(): await asyncio.sleep(0.001)
                event.set()
                await task
            def recorded():
                from loopscope import _process
                return _process._process.recorder.queues
            uvloop.run(main())
            """
        )
        done = self.finish(self.start([sys.executable, self.path("program.py")]))
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        trace = self.load()
        kinds = ["TASK_CREATE", "STEP_BEGIN", "STEP_SUSPEND", "TASK_READY", "STEP_BEGIN", "STEP_RETURN"]
        self.assertEqual([e.kind for e in trace.of("hangs")], kinds)
        self.assertEqual(trace.waits("hangs")[0]["kind"], "event")
        self.assertEqual(trace.of("hangs", "TASK_READY")[0].b, trace.named("Task-1"))

    @proves("callbacks")
    def test_callbacks_of_uvloop_itself(self) -> None:
        """Those of its transports have a name and no address in Python."""
        trace = self.record_main(
            """
class Hello(asyncio.Protocol):
    def connection_made(self, transport): transport.write(b"hello"); transport.close()
async def main():
    server = await asyncio.get_running_loop().create_server(Hello, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    print(await reader.read())
    writer.close()
    server.close()
    await server.wait_closed()
"""
        )
        runs = [trace.locations[e.aux] for e in trace.kinds("CALLBACK_BEGIN") if e.aux]
        own = {run["function"] for run in runs if run["file"] == "uvloop/loop.pyx"}
        self.assertTrue(any("connection_made" in name for name in own), own)

    @proves("kills")
    def test_a_fault_in_each_part(self) -> None:
        """An error ends the recording and nothing else, in Python and in C."""
        program = """
import asyncio, sys, uvloop
class Datagrams(asyncio.DatagramProtocol):
    def __init__(self): self.got = asyncio.get_running_loop().create_future()
    def datagram_received(self, data, address): self.got.set_result(data)
async def child(): await asyncio.sleep(0)
async def main():
    loop = asyncio.get_running_loop()
    loop.call_soon(print, "called")
    await loop.run_in_executor(None, len, "")
    for _ in range(3): await asyncio.gather(child(), child())
    await asyncio.sleep(0.001)
    server = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    writer.write(b"1")
    await reader.read()
    writer.close()
    server.close()
    endpoint, datagrams = await loop.create_datagram_endpoint(Datagrams, ("127.0.0.1", 0))
    endpoint.sendto(b"1", endpoint.get_extra_info("sockname"))
    await datagrams.got
    endpoint.close()
    await (await asyncio.create_subprocess_exec("true")).wait()
    return 6
sys.exit(uvloop.run(main()))
"""
        in_c = ("append", "popleft", "end_batch", "end_step", "uvloop_method", "uvloop_call", "uvloop_handle")
        parts = [("c:" + name, False) for name in in_c if IN_USE]
        parts += [("_uvloop_io." + name, True) for name in ("begins", "_opened", "_lost")]
        parts += [("_uvloop_methods.install", True)] if IN_USE else []
        parts += [("_uvloop_handles." + name, False) for name in ("install", "look", "exited") if IN_USE]
        parts += [("_uvloop_handles." + name, True) for name in ("started", "spawned")]
        parts += [
            ("_uvloop." + name, True) for name in ("end_batch", "View.__init__", "ready_of", "put_ready", "_field")
        ]
        for name in ("end_batch", "View.__init__", "ready_of", "put_ready", "_field", "_method", "install"):
            parts.append(("_uvloop." + name, True))
        parts.append(("_uvloop.tell_missing", True))
        runs = Runs(self.directory, program, b"called\n")
        for name, in_python in parts:
            with self.subTest(part=name):
                run = runs.run(name, 0, in_python, True)
                self.assertEqual(run.wrong, [])
                self.assertTrue(run.said, "the fault was never met")

    @proves("exits")
    @unittest.skipUnless(IN_USE, NEEDS_C)
    def test_what_interrupts_the_recorder_below_libuv(self) -> None:
        """libuv's callbacks pass no exception on: it is raised in what the program runs next."""
        self.write(
            """
import asyncio, sys, uvloop
def interrupted(): raise KeyboardInterrupt
async def main():
    process = await asyncio.create_subprocess_exec("cat", stdin=-1)
    sys.modules["loopscope._uvloop_handles"].perf_counter_ns = interrupted
    process.stdin.close()
    await process.wait()
    await asyncio.sleep(60)
try: uvloop.run(main())
except KeyboardInterrupt: print("interrupted")
"""
        )
        done = self.run_recorded("program.py")
        self.assertEqual((done.stdout, done.stderr), (b"interrupted\n", b""))

    @proves("exits")
    def test_what_leaves_the_loop(self) -> None:
        trace = self.record_main(
            """
import sys
async def main():
    await asyncio.sleep(0)
    sys.exit(3)
""",
            status=3,
        )
        self.assertEqual(trace.strings[trace.of("Task-1", "STEP_RAISE")[0].b], "SystemExit: 3")

    @proves("blocking")
    def test_a_step_that_blocks(self) -> None:
        trace = self.record_main(
            """
import time
async def main(): time.sleep(0.3)
"""
        )
        self.assertTrue(trace.kinds("SAMPLE"))


if __name__ == "__main__":
    unittest.main()
