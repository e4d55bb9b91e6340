"""Locks, semaphores, events, barriers and queues: who holds what since when, and how full it is."""

import re
import subprocess
import sys
import unittest
from typing import List, Tuple

from recorded import ProgramTest
from rows import proves
from tracefile import Event, Trace


class Resources(ProgramTest):
    def holds(self, trace: Trace, label: str) -> List[Tuple[str, str]]:
        names = {0: "-", **{ident: task["name"] for ident, task in trace.tasks.items()}}
        return [(e.kind, names[e.b]) for e in trace.on(label, "ACQUIRE", "RELEASE")]

    def levels(self, trace: Trace, label: str) -> List[int]:
        return [e.b for e in trace.on(label, "LEVEL")]

    def record_tasks(self, source: str) -> Trace:
        """`named(name, coroutine)` makes a task; the rest is the program's."""
        head = """
import asyncio
def named(name, coroutine): return asyncio.get_event_loop().create_task(coroutine, name=name)
"""
        return self.record(head + source)

    @proves("locks")
    def test_lock(self) -> None:
        source = """
async def with_lock(lock):
    async with lock:  # with
        await asyncio.sleep(0)
async def by_hand(lock):
    await lock.acquire()  # by hand
    lock.release()  # release
async def main():
    lock = asyncio.Lock()  # made
    await asyncio.gather(named("with", with_lock(lock)), named("hand", by_hand(lock)))
asyncio.run(main())
"""
        trace = self.record_tasks(source)
        at = {mark: line + 3 for mark, line in self.lines(source).items()}
        self.assertEqual(
            self.holds(trace, "Lock"),
            [("ACQUIRE", "with"), ("RELEASE", "with"), ("ACQUIRE", "hand"), ("RELEASE", "hand")],
        )
        stacks = [trace.frames(e.aux) for e in trace.on("Lock")]
        self.assertEqual([s[0] for s in stacks[2:]], [f"by_hand:{at['by hand']}", f"by_hand:{at['release']}"])
        self.assertEqual(stacks[0][0], f"with_lock:{at['with']}")
        (lock,) = (known for known in trace.objects.values() if known["label"] == "Lock")
        self.assertEqual(trace.frames(lock["creator"])[0], f"main:{at['made']}")
        self.assertEqual(trace.waits("hand")[0]["target"][1], "Lock")  # the same object: `on` found just one

    @proves("locks")
    def test_lock_made_before_recording_and_released_by_another_task(self) -> None:
        path = self.write(
            """
            import asyncio, sys
            sys.path.insert(0, sys.argv[1])
            import loopscope
            class Mine(asyncio.Lock): pass
            async def release(lock): lock.release()
            async def main(lock):
                await lock.acquire()
                await asyncio.get_event_loop().create_task(release(lock), name="other")
                print(lock.locked(), vars(lock)["_locked"], repr(lock).endswith("[unlocked]>"))
            loop = asyncio.new_event_loop()
            asyncio.set_event_loop(loop)
            lock = Mine()
            loopscope.start("t.looptrace")
            loop.run_until_complete(main(lock))
            """
        )
        import recorded

        done = self.finish(self.start([sys.executable, path, recorded.RUNTIME]))
        self.assertEqual((done.stdout, done.stderr), (b"False False True\n", b""))
        self.assertEqual(self.holds(self.load(), "Mine"), [("ACQUIRE", "Task-1"), ("RELEASE", "other")])

    @proves("locks")
    def test_semaphore_is_handed_over(self) -> None:
        """The waiter holds its slot, whoever takes it out: itself, or (3.10.13, 3.11 and newer) the releaser."""
        trace = self.record_tasks(
            """
async def work(semaphore):
    async with semaphore: await asyncio.sleep(0)
async def main():
    semaphore = asyncio.BoundedSemaphore(2)
    await asyncio.gather(*[named(name, work(semaphore)) for name in "abc"])
asyncio.run(main())
"""
        )
        holds = self.holds(trace, "BoundedSemaphore")
        self.assertEqual([who for what, who in holds if what == "ACQUIRE"], ["a", "b", "c"])
        self.assertEqual([who for what, who in holds if what == "RELEASE"], ["a", "b", "c"])
        self.assertEqual(min(self.levels(trace, "BoundedSemaphore")), 0)
        self.assertEqual(self.levels(trace, "BoundedSemaphore")[-1], 2)
        self.assertEqual([e.b for e in trace.on("BoundedSemaphore", "CAPACITY")], [2])
        third = [e for e in trace.on("BoundedSemaphore", "ACQUIRE")][2]
        self.assertTrue(any(frame.startswith("work:") for frame in trace.frames(third.aux)), trace.frames(third.aux))

    @proves("locks")
    def test_event_and_condition(self) -> None:
        trace = self.record_tasks(
            """
async def main():
    event, condition = asyncio.Event(), asyncio.Condition()
    event.set(); event.set(); event.clear(); event.clear()
    async with condition: condition.notify_all()
    waiting = named("waits", condition.wait_for(lambda: True))
    await asyncio.wait([waiting])
    waiting.exception()
asyncio.run(main())
"""
        )
        self.assertEqual(self.levels(trace, "Event"), [1, 0])
        self.assertEqual(self.holds(trace, "Lock"), [("ACQUIRE", "Task-1"), ("RELEASE", "Task-1")])

    @proves("queues")
    def test_queues(self) -> None:
        trace = self.record_tasks(
            """
async def main():
    queue, heap = asyncio.Queue(2), asyncio.PriorityQueue()
    putting = named("putting", queue.put(3))
    await queue.put(1); queue.put_nowait(2)
    await asyncio.sleep(0)
    queue.get_nowait(); await queue.get(); await putting; await queue.get()
    for _ in range(3): queue.task_done()
    await queue.join()
    heap.put_nowait(1); heap.put_nowait(0)
    assert heap.get_nowait() == 0
asyncio.run(main())
"""
        )
        self.assertEqual(self.levels(trace, "Queue"), [1, 2, 1, 0, 1, 0])
        self.assertEqual([e.b for e in trace.on("Queue", "CAPACITY")], [2])
        self.assertEqual(self.levels(trace, "PriorityQueue"), [1, 2, 1])
        self.assertNotIn("Event", [known["label"] for known in trace.objects.values()])  # the queue's own

    @proves("queues")
    def test_queues_with_a_container_of_their_own(self) -> None:
        trace = self.record_tasks(
            """
class Stack(asyncio.Queue):
    def _init(self, maxsize): self._queue = []
    def _put(self, item): self._queue.append(item)
    def _get(self): return self._queue.pop()
class Named(asyncio.Queue):
    def __init__(self, name):
        super().__init__(2)
        self.name = name
async def main():
    for queue in Stack(), Stack(), Named("n"):
        queue.put_nowait(1)
        queue.put_nowait(2)
        assert queue.get_nowait() == (2 if isinstance(queue, Stack) else 1)
asyncio.run(main())
"""
        )
        stacks = [ident for ident, known in trace.objects.items() if known["label"] == "Stack"]
        self.assertEqual([[e.b for e in trace.kinds("LEVEL") if e.a == ident] for ident in stacks], [[1, 2, 1]] * 2)
        self.assertEqual(self.levels(trace, "Named"), [1, 2, 1])
        self.assertEqual([e.b for e in trace.on("Named", "CAPACITY")], [2])

    def test_a_queue_looks_as_ever(self) -> None:
        program = """
import asyncio, copy, inspect, pickle
async def main():
    queue = asyncio.Queue(3)
    queue.put_nowait("item")
    items, event = queue._queue, queue._finished
    print(items, pickle.loads(pickle.dumps(items)), copy.copy(items), copy.deepcopy(items), type(items))
    print(type(event), isinstance(event, asyncio.Event), event.is_set(), event.__class__ is asyncio.Event, event)
    print(type(copy.copy(event)) is asyncio.Event, sorted(vars(event)))
    print(queue.__str__(), inspect.signature(asyncio.Queue), asyncio.Queue._init.__qualname__)
    print(inspect.getsource(asyncio.Queue.__init__))
asyncio.run(main())
"""
        self.record(program)
        plain = subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, check=True)
        without_addresses = [re.sub(rb"0x[0-9a-f]+", b"0x", output) for output in (self.done.stdout, plain.stdout)]
        self.assertEqual(*without_addresses)

    @unittest.skipIf(sys.version_info < (3, 11), "before 3.11 code does not adapt to what it meets")
    def test_the_interpreter_is_as_quick_with_a_queue(self) -> None:
        """Its attributes are read and stored in the ways that CPython finds without the recorder."""
        program = """
import asyncio, dis
async def main():
    queue = asyncio.Queue()
    for n in range(3000):
        queue.put_nowait(n)
        queue.get_nowait()
asyncio.run(main())
for function in asyncio.Queue.put_nowait, asyncio.Queue.get_nowait, asyncio.Queue.empty, asyncio.Event.clear:
    print(*(line.opname for line in dis.get_instructions(function, adaptive=True) if "ATTR" in line.opname))
"""
        self.record(program)
        plain = subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, check=True)
        self.assertIn(b"STORE_ATTR", plain.stdout)
        self.assertEqual(self.done.stdout, plain.stdout)

    @proves("locks")
    @unittest.skipIf(sys.version_info < (3, 11), "no Barrier before 3.11")
    def test_barrier(self) -> None:
        trace = self.record_tasks(
            """
async def main():
    barrier = asyncio.Barrier(2)
    await asyncio.gather(barrier.wait(), barrier.wait())
asyncio.run(main())
"""
        )
        self.assertEqual(self.levels(trace, "Barrier"), [1, 2, 1, 0])
        self.assertEqual([e.b for e in trace.on("Barrier", "CAPACITY")], [2])

    @proves("queues")
    def test_a_busy_queue_is_thinned(self) -> None:
        """Where it begins and where it stays is in the trace, though not every step between."""
        trace = self.record_tasks(
            """
async def main():
    queue = asyncio.Queue()
    for n in range(2000): queue.put_nowait(n)
    for _ in range(1234): queue.get_nowait()
    await asyncio.sleep(0.2)
asyncio.run(main())
"""
        )
        levels = self.levels(trace, "Queue")
        self.assertEqual(levels[:3], [1, 2, 3])
        self.assertLess(len(levels), 2000)
        self.assertEqual(levels[-1], 766)

    @proves("streams")
    def test_write_buffer(self) -> None:
        trace = self.record_tasks(
            """
async def client(reader, writer):
    writer.write(b"x" * 1000)  # taken by the socket at once
    for _ in range(20): writer.write(b"x" * 1_000_000)
    await writer.drain()
    print(writer.transport.get_write_buffer_limits(), writer.transport._protocol_paused)
    writer.close()
async def main():
    server = await asyncio.start_server(client, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    assert len(await reader.readexactly(20_001_000)) == 20_001_000
    writer.close()
    server.close()
asyncio.run(main())
"""
        )
        self.assertEqual((self.done.stdout, self.done.stderr), (b"(16384, 65536) False\n", b""))
        (writer,) = {e.a for e in trace.kinds("LEVEL")}
        self.assertEqual(trace.objects[writer]["label"], "TCP connection")

        def of(kind: str) -> List[Event]:
            return [e for e in trace.kinds(kind) if e.a == writer]

        levels = [e.b for e in of("LEVEL")]
        self.assertGreater(max(levels), 1_000_000)
        self.assertLessEqual(levels[-1], 16384)
        self.assertEqual([e.b for e in of("CAPACITY")], [65536])
        self.assertEqual([e.b for e in of("WRITING")][:2], [0, 1])
        grown = of("LEVEL")[0]
        self.assertEqual(trace.frames(grown.aux)[0].split(":")[0], "client")


if __name__ == "__main__":
    unittest.main()
