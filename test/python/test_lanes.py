"""What the trace says about tasks is what they did. Line numbers are found by the comments in the programs."""

import sys
import unittest
from typing import Any, Dict

from recorded import ProgramTest
from rows import proves
from tracefile import OF_THE_MACHINE


class Lanes(ProgramTest):
    @proves("create")
    def test_creation(self) -> None:
        source = """
import asyncio
async def child():
    asyncio.current_task().set_name("renamed")  # rename
async def parent():
    def helper():
        return asyncio.get_event_loop().create_task(child())  # create
    task = helper()  # call
    await task
    task = asyncio.ensure_future(child())
    task.set_name("given")
    await task
async def main():
    task = asyncio.get_event_loop().create_task(parent(), name="parent")  # parent
    await task
asyncio.run(main())  # run
"""
        trace, at = self.record(source), self.lines(source)
        self.assert_well_formed(trace)
        self.assertEqual(
            [task["coroutine"]["function"] for task in trace.tasks.values()][:3], ["main", "parent", "child"]
        )
        parent, (child, second) = trace.named("parent"), [e.a for e in trace.events if e.kind == "TASK_CREATE"][2:4]
        created = {event.a: event for event in trace.events if event.kind == "TASK_CREATE"}
        self.assertEqual(created[child].b, parent)
        self.assertEqual(trace.frames(created[child].aux), [f"helper:{at['create']}", f"parent:{at['call']}"])
        self.assertEqual(trace.frames(created[parent].aux), [f"main:{at['parent']}"])
        self.assertEqual(trace.frames(created[1].aux), [f"<module>:{at['run']}"])
        self.assertEqual(trace.tasks[child]["coroutine"]["line"], 2)
        self.assertTrue(trace.tasks[child]["coroutine"]["file"].endswith("program.py"))
        renames = [(e.a, trace.strings[e.b]) for e in trace.events if e.kind == "TASK_NAME"]
        self.assertEqual(renames, [(child, "renamed"), (second, "renamed")])
        self.assertEqual([e.kind for e in trace.of("parent")][-1], "STEP_RETURN")

    @proves("cancel")
    def test_ends(self) -> None:
        trace = self.record(
            """
            import asyncio
            class Odd(Exception):
                def __str__(self): raise SystemExit("the recorder ran the program's code")
                __repr__ = __str__
            class Holder:
                def __repr__(self): raise SystemExit("the recorder ran the program's code")
            async def fails(error): raise error
            async def main():
                errors = {"value": ValueError("bad value"), "key": KeyError("k"), "odd": Odd("text"), "empty": Odd(),
                    "os": OSError(2, "No such file", "x.txt"), "holder": ValueError(Holder()), "two": ValueError(1, 2)}
                tasks = [asyncio.get_event_loop().create_task(fails(e), name=n) for n, e in errors.items()]
                await asyncio.wait(tasks)
                for task in tasks: task.exception()
            asyncio.run(main())
            """
        )
        expected = {
            "value": "ValueError: bad value",
            "key": "KeyError: 'k'",
            "odd": "Odd: text",
            "empty": "Odd",
            "os": "FileNotFoundError: [Errno 2] No such file: 'x.txt'",
            "holder": "ValueError",
            "two": "ValueError: (1, 2)",
        }
        for name, text in expected.items():
            (event,) = trace.of(name, "STEP_RAISE")
            self.assertEqual(trace.strings[event.b], text)
            self.assertEqual(trace.frames(event.aux)[0].split(":")[0], "fails")

    @proves("waits", "generators")
    def test_waits(self) -> None:
        trace = self.record(WAITS)
        self.assert_well_formed(trace)

        def first(name: str) -> Dict[str, Any]:
            return trace.waits(name)[0]

        def check(name: str, kind: str, label: str, target: Any = None) -> None:
            wait = first(name)
            self.assertEqual((wait["kind"], wait["label"]), (kind, label), name)
            if target is not None:
                self.assertEqual(wait["target"][1] if isinstance(wait["target"], tuple) else wait["target"], target)
            self.assertIn(name.replace("-", "_"), [frame.split(":")[0] for frame in wait["frames"]])

        check("w-sleep", "sleep", "sleep", 20000)
        check("w-sleep0", "sleep", "sleep")
        self.assertTrue(first("w-sleep0")["yield"])
        check("w-future", "future", "future", "Future")
        check("w-task", "task", "task", "helper")
        check("w-gather", "gather", "gather", 3)
        check("w-wait", "wait", "wait", 2)
        check("w-shield", "shield", "shield", "helper")
        check("w-lock", "lock", "Lock.acquire", "Lock")
        check("w-lock-with", "lock", "Lock.acquire", "Lock")
        self.assertEqual(first("w-lock")["target"], first("w-lock-with")["target"])
        check("w-semaphore", "semaphore", "Semaphore.acquire", "BoundedSemaphore")
        check("w-event", "event", "Event.wait", "Event")
        check("w-condition", "condition", "Condition.wait", "Condition")
        check("w-condition-for", "condition", "Condition.wait_for", "Condition")
        check("w-get", "queue_get", "Queue.get", "PriorityQueue")
        check("w-put", "queue_put", "Queue.put", "Queue")
        check("w-join", "queue_join", "Queue.join", "Queue")
        check("w-as-completed", "as_completed", "as_completed")
        check("w-executor", "executor", "executor")
        check("w-read", "read", "StreamReader.readline", "StreamReader")
        check("w-readexactly", "read", "StreamReader.readexactly", "StreamReader")
        check("w-sock", "socket", "sock_recv")
        self.assertRegex(trace.detail(first("w-sock")["target"][0]), r"^descriptor \d+, .* → .*$")
        check("w-resolve", "resolve", "getaddrinfo", "getaddrinfo")
        check("w-process", "subprocess", "Process.wait", "Process")
        check("w-agen", "sleep", "sleep", 20000)
        self.assertEqual([f.split(":")[0] for f in first("w-agen")["frames"]][1:], ["numbers", "w_agen"])
        self.assertEqual((first("w-deep")["kind"], first("w-deep")["target"][1]), ("event", "Event"))
        self.assertEqual(len(first("w-deep")["frames"]), 64)
        check("w-generator", "future", "future")
        check("w-awaitable", "future", "future")
        if sys.version_info >= (3, 12):
            check("w-wait-for", "queue_get", "Queue.get", "PriorityQueue")
        else:
            self.assertEqual(first("w-wait-for")["kind"], "wait_for")
        if sys.version_info >= (3, 11):
            check("w-barrier", "barrier", "Barrier.wait", "Barrier")
            check("w-group", "task_group", "TaskGroup", "TaskGroup")
        if sys.version_info >= (3, 9):
            check("w-thread", "executor", "to_thread")
        drain = [w for w in trace.waits("w-drain") if w["kind"] == "drain"]
        self.assertEqual([(w["label"], w["target"][1]) for w in drain[:1]], [("StreamWriter.drain", "StreamWriter")])

    @proves("waits")
    def test_wake_ups(self) -> None:
        source = """
import asyncio, threading
async def waits(event):
    await event.wait()
async def wakes(event):
    await asyncio.sleep(0)
    event.set()  # set
async def main():
    loop = asyncio.get_event_loop()
    one, two, three = asyncio.Event(), asyncio.Event(), asyncio.Event()
    tasks = [loop.create_task(waits(one), name="by-task"), loop.create_task(wakes(one), name="waker"),
        loop.create_task(waits(two), name="by-callback"), loop.create_task(waits(three), name="by-thread")]
    def callback():
        two.set()  # callback
    loop.call_soon(lambda: loop.call_soon(callback))
    threading.Thread(target=lambda: loop.call_soon_threadsafe(three.set)).start()
    await asyncio.gather(*tasks)
asyncio.run(main())
"""
        trace, at = self.record(source), self.lines(source)
        self.assert_well_formed(trace)
        (ready,) = trace.of("by-task", "TASK_READY")
        self.assertEqual(ready.b, trace.named("waker"))
        self.assertEqual(trace.frames(ready.aux)[-1], f"wakes:{at['set']}")
        (ready,) = trace.of("by-callback", "TASK_READY")
        self.assertEqual(ready.b, 0)
        self.assertEqual(trace.frames(ready.aux)[-1], f"callback:{at['callback']}")
        before = [e for e in trace.events if e.time <= ready.time and e.kind == "CALLBACK_BEGIN"][-1]
        self.assertIn("callback", trace.locations[before.aux]["function"])
        (ready,) = trace.of("by-thread", "TASK_READY")
        self.assertEqual(ready.b, 0)

    @proves("eager")
    @unittest.skipIf(sys.version_info < (3, 12), "eager tasks came with 3.12")
    def test_eager_tasks(self) -> None:
        trace = self.record(
            """
            import asyncio
            async def quick(): return 1
            async def slow():
                await asyncio.sleep(0.01)
                return asyncio.create_task(quick())
            async def hangs(): await asyncio.Event().wait()
            async def main():
                asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
                hanging = asyncio.create_task(hangs(), name="hangs")
                await asyncio.gather(asyncio.create_task(slow(), name="slow"), asyncio.create_task(quick()))
            asyncio.run(main())
            """
        )
        self.assert_well_formed(trace)
        self.assertEqual(trace.tasks[trace.named("slow")]["flags"], 1)
        self.assertEqual(trace.waits("slow")[0]["kind"], "sleep")
        hangs = trace.waits("hangs")[0]
        self.assertEqual(hangs["kind"], "event")
        self.assertLess(hangs["time"], trace.of("slow", "TASK_READY")[0].time)

    @proves("run", "callbacks")
    def test_loop_lane(self) -> None:
        trace = self.record(
            """
            import asyncio, functools
            async def main():
                loop = asyncio.get_event_loop()
                loop.call_later(0.02, functools.partial(print, "timer"))
                loop.call_soon(print, "soon")
                await asyncio.sleep(0.3)
            asyncio.run(main())
            """
        )
        # Where the machine is busy, the sampler says so until the very end.
        kinds = [event.kind for event in trace.events if event.kind not in OF_THE_MACHINE]
        self.assertEqual(kinds.count("LOOP_START"), kinds.count("LOOP_STOP"))
        self.assertEqual(kinds[-1], "LOOP_CLOSE")
        self.assertEqual(kinds.count("POLL_BEGIN"), kinds.count("POLL_END"))
        polls = [e for e in trace.events if e.kind.startswith("POLL")]
        waited = sum(e.time for e in polls if e.kind == "POLL_END") - sum(
            e.time for e in polls if e.kind == "POLL_BEGIN"
        )
        self.assertGreater(waited, 40e6)
        self.assertGreater(max(e.b for e in polls if e.kind == "POLL_BEGIN"), 10_000)
        called = [
            (e.kind, trace.locations[e.aux]["function"])
            for e in trace.events
            if e.kind in ("CALLBACK_BEGIN", "TIMER_BEGIN") and e.aux
        ]
        self.assertIn(("CALLBACK_BEGIN", "print"), called)
        self.assertIn(("TIMER_BEGIN", "print"), called)
        self.assertEqual(trace.loops[1]["class"][-9:], "EventLoop")
        self.assertEqual(trace.streams[1]["name"], "MainThread")

    @proves("run")
    def test_how_many_descriptors_a_poll_waits_for(self) -> None:
        """One more than the program watches: the loop's own, with which it is woken."""
        trace = self.record(
            """
            import asyncio, socket
            async def main():
                loop = asyncio.get_running_loop()
                ours, other = socket.socketpair()
                await asyncio.sleep(0.01)
                loop.add_reader(ours, print)
                await asyncio.sleep(0.01)
                loop.remove_reader(ours)
                await asyncio.sleep(0.01)
            asyncio.run(main())
            """
        )
        counts = [e.aux for e in trace.kinds("POLL_BEGIN")]
        self.assertEqual([n for i, n in enumerate(counts) if counts[i - 1 : i] != [n]], [1, 2, 1])

    @proves("run")
    def test_loops_in_threads(self) -> None:
        trace = self.record(
            """
            import asyncio, threading
            async def work(): await asyncio.sleep(0.01)
            threads = [threading.Thread(target=lambda: asyncio.run(work()), name=f"loop-{i}") for i in range(3)]
            for thread in threads: thread.start()
            for thread in threads: thread.join()
            """
        )
        self.assertEqual(len(trace.loops), 3)
        started = {e.a: trace.streams[e.stream]["name"] for e in trace.events if e.kind == "LOOP_START"}
        self.assertEqual(sorted(started.values()), ["loop-0", "loop-1", "loop-2"])

    @proves("create")
    def test_python_tasks(self) -> None:
        """A task class written in Python schedules itself by bound methods."""
        trace = self.record(
            """
            import asyncio
            async def work():
                await asyncio.sleep(0.001)
                await asyncio.Event().wait()
            async def main():
                loop = asyncio.get_event_loop()
                task = asyncio.tasks._PyTask(work(), loop=loop, name="python")
                await asyncio.sleep(0.01)
                task.cancel()
                await asyncio.wait([task])
            asyncio.run(main())
            """
        )
        self.assert_well_formed(trace)
        self.assertEqual([w["kind"] for w in trace.waits("python")], ["sleep", "event"])
        self.assertEqual(trace.of("python")[-1].kind, "STEP_CANCEL")
        self.assertEqual(len(trace.of("python", "CANCEL_REQUEST")), 1)


WAITS = """
import asyncio, concurrent.futures, socket, sys, threading, types
gate = threading.Event()  # so that no job, and no process, has ended before it is awaited
async def helper(): await all_wait.wait()
async def numbers():
    await asyncio.sleep(0.02)
    yield 1
async def deep(event, n):
    if n: await deep(event, n - 1)
    else: await event.wait()
@types.coroutine
def old_style(future):
    return (yield from future)
class Awaitable:
    def __init__(self, future): self.future = future
    def __await__(self): return self.future.__await__()

async def main():
    global all_wait
    loop = asyncio.get_event_loop()
    all_wait = asyncio.Event()
    loop.set_default_executor(concurrent.futures.ThreadPoolExecutor(1))
    future, lock, event = loop.create_future(), asyncio.Lock(), asyncio.Event()
    semaphore, condition = asyncio.BoundedSemaphore(1), asyncio.Condition()
    empty, full = asyncio.PriorityQueue(), asyncio.Queue(1)
    await lock.acquire()
    await semaphore.acquire()
    full.put_nowait(1)
    left, right = socket.socketpair()
    left.setblocking(False)
    async def connected(reader, writer):
        await reader.read(1)
        await asyncio.sleep(0.15)
        await reader.read()
        writer.close()
    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    address = server.sockets[0].getsockname()
    reader, writer = await asyncio.open_connection(*address)
    reader2, writer2 = await asyncio.open_connection(*address)
    process = await asyncio.create_subprocess_exec("cat", stdin=-1)
    helping = loop.create_task(helper(), name="helper")

    async def w_sleep(): await asyncio.sleep(0.02)
    async def w_sleep0(): await asyncio.sleep(0)
    async def w_future(): await future
    async def w_task(): await helping
    async def w_gather(): await asyncio.gather(helping, future, asyncio.sleep(0))
    async def w_wait(): await asyncio.wait([helping, future])
    async def w_wait_for(): await asyncio.wait_for(empty.get(), 5)
    async def w_shield(): await asyncio.shield(helping)
    async def w_lock(): await lock.acquire(); lock.release()
    async def w_lock_with():
        async with lock: pass
    async def w_semaphore():
        async with semaphore: pass
    async def w_event(): await event.wait()
    async def w_condition():
        async with condition: await condition.wait()
    async def w_condition_for():
        async with condition: await condition.wait_for(event.is_set)
    async def w_get(): await empty.get()
    async def w_put(): await full.put(2)
    async def w_join(): await full.join()
    async def w_as_completed():
        for each in asyncio.as_completed([helping, future]): await each
    async def w_executor(): await loop.run_in_executor(None, gate.wait)
    async def w_thread(): await asyncio.to_thread(gate.wait)
    async def w_read(): await reader.readline()
    async def w_readexactly(): await reader2.readexactly(3)
    async def w_sock(): await loop.sock_recv(left, 10)
    async def w_resolve(): await loop.getaddrinfo("localhost", 80)
    async def w_process(): await process.wait()
    async def w_agen():
        async for n in numbers(): pass
    async def w_deep(): await deep(event, 100)
    async def w_generator(): await old_style(future)
    async def w_awaitable(): await Awaitable(future)
    async def w_drain():
        writer.write(b"x" * 5_000_000)
        await writer.drain()
    async def w_barrier(): await barrier.wait()
    async def w_group():
        async with asyncio.TaskGroup() as group: group.create_task(helper())
    waits = [w_sleep, w_sleep0, w_future, w_task, w_gather, w_wait, w_wait_for, w_shield, w_lock, w_lock_with,
        w_semaphore, w_event, w_condition, w_condition_for, w_get, w_put, w_join, w_as_completed, w_executor, w_read,
        w_readexactly, w_sock, w_resolve, w_process, w_agen, w_deep, w_generator, w_awaitable, w_drain]
    if sys.version_info >= (3, 9): waits += [w_thread]
    if sys.version_info >= (3, 11):
        barrier = asyncio.Barrier(2)
        waits += [w_barrier, w_barrier, w_group]
        waits.remove(w_barrier)
    tasks = [loop.create_task(wait(), name=wait.__name__.replace("_", "-")) for wait in waits]
    await asyncio.sleep(0.1)
    if sys.version_info >= (3, 11): await barrier.wait()
    all_wait.set()
    gate.set()
    process.stdin.close()
    future.set_result(1)
    lock.release()
    semaphore.release()
    event.set()
    async with condition: condition.notify_all()
    for item in range(2): empty.put_nowait(item)
    full.get_nowait()
    full.task_done()
    await asyncio.sleep(0)
    await full.get()
    full.task_done()
    right.send(b"x")
    await asyncio.sleep(0.05)
    writer.close()
    writer2.close()
    for task in tasks:
        if task.get_name() in ("w-read", "w-readexactly", "w-drain"): task.cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    bad = [r for r in results if isinstance(r, Exception)]
    if bad: raise bad[0]
    server.close()
asyncio.run(main())
"""


if __name__ == "__main__":
    unittest.main()
