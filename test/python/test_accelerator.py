"""With the accelerator and without, the same program leaves the same trace. Skipped where it was not built."""

import importlib.util
import os
import subprocess
import sys
import unittest
from typing import Any, List, Tuple

import tracefile
from recorded import OFF, RUNTIME, ProgramTest, environment


def is_built() -> bool:
    """Asked of a process of its own: in this one it may be turned off."""
    code = "from loopscope import _accelerator as a; import sys; sys.exit(a.accelerate is None)"
    env = environment(PYTHONPATH=RUNTIME, **{OFF: "1"})
    return subprocess.run([sys.executable, "-c", code], env=env).returncode == 0


BUILT = is_built()
IN_USE = BUILT and os.environ.get(OFF) != "0"

# Everything here happens in one thread and in an order that no clock decides.
PROGRAM = """
import asyncio, functools, sys, types
sys.modules["loopscope._helper"].PERIOD_S = 3600  # only the loop's own thread records
loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
loop.set_exception_handler(lambda loop, context: None)

async def nothing(): pass
async def fails(): raise ValueError("no")
async def yields(n):
    for _ in range(n): await asyncio.sleep(0)
async def numbers(n):
    for i in range(n):
        await asyncio.sleep(0)
        yield i
async def deep(n, leaf):
    return await deep(n - 1, leaf) if n else await leaf
async def shortened(n, leaf): return await deep(n - 1, leaf)
async def by(middle, leaf): return await middle(1, leaf)
async def waits(future): return await future
def wakes(future): future.set_result(None)
def down(n, act, *args): return down(n - 1, act, *args) if n else act(*args)
@types.coroutine
def bare(): yield
class Awaitable:
    def __await__(self): return asyncio.sleep(0).__await__()
class Strange(asyncio.Task): pass
async def stage(source, target):
    while True: await target.put(await source.get())
async def holds(lock, semaphore, event):
    async with lock, semaphore:
        await asyncio.sleep(0)
    await event.wait()
async def swallows(event):
    try: await event.wait()
    except asyncio.CancelledError: await asyncio.sleep(0)
async def main():
    create = loop.create_task
    await create(nothing())
    await asyncio.gather(fails(), yields(3), return_exceptions=True)
    await deep(10, asyncio.sleep(0))
    await deep(80, asyncio.sleep(0))
    for middle in (deep, shortened, deep): await by(middle, asyncio.sleep(0))  # alike at both ends
    for n in (0, 1, 0, 6, 7, 0, 8, 20, 20, 21, 1):  # stacks that begin alike, and are longer than what is told of them
        future = loop.create_future()
        waiter = create(waits(future))
        await asyncio.sleep(0)
        down(n, wakes, future)
        await waiter
        await down(n, create, nothing())
    await bare()
    await Awaitable()
    async for _ in numbers(3): pass
    agen = numbers(2)
    await agen.__anext__()
    await agen.aclose()
    future = loop.create_future()
    loop.call_soon(future.set_result, 1)
    await future
    loop.call_soon(functools.partial(print, end=""))
    loop.call_soon(lambda: loop.call_soon(str))
    loop.call_soon(str).cancel()
    strange = Strange(yields(2), loop=loop)
    await strange
    await asyncio.shield(create(yields(2)))
    await asyncio.wait([create(yields(2)), create(nothing())])
    await asyncio.wait_for(yields(2), None)
    queues = [asyncio.Queue(2) for _ in range(3)]
    stages = [create(stage(a, b)) for a, b in zip(queues, queues[1:])]
    async def feed():
        for i in range(7): await queues[0].put(i)  # so few that no queue is thinned
    feeder = create(feed())
    for _ in range(7): await queues[-1].get()
    stages[0].cancel()
    stages[1].cancel("enough") if sys.version_info >= (3, 9) else stages[1].cancel()
    await asyncio.gather(*stages, return_exceptions=True)
    lock, semaphore, event = asyncio.Lock(), asyncio.Semaphore(1), asyncio.Event()
    holders = [create(holds(lock, semaphore, event)) for _ in range(3)]
    stubborn = create(swallows(asyncio.Event()))
    await yields(8)
    event.set()
    stubborn.cancel()
    await asyncio.gather(stubborn, *holders)
    early = create(nothing())
    early.cancel()
    try: await early
    except asyncio.CancelledError: pass
    renamed = create(yields(2))
    await asyncio.sleep(0)
    renamed.set_name("ü" * 3)
    await renamed
    joined = asyncio.Queue()
    joined.put_nowait(1)
    joining = create(joined.join())
    await asyncio.sleep(0)
    joined.task_done()
    await joining
    create(nothing()).set_name("named")
    if sys.version_info >= (3, 11):
        async with asyncio.TaskGroup() as group:
            group.create_task(yields(2))
            group.create_task(nothing())
        async with asyncio.timeout(None): await yields(1)
    # Timers
    loop.call_later(60, print).cancel()
    timer = loop.call_at(loop.time() + 60, functools.partial(print, 1))
    loop.call_later(0.001, timer.cancel)
    await asyncio.sleep(0.02)
    # No timers
loop.run_until_complete(main())
loop.run_until_complete(yields(2))
loop.close()
"""
# What depends on the clock: how late a callback ran, and how often the loop polls for a timer.
TIMED = {"CALLBACK_BEGIN", "TIMER_BEGIN"}


def masked(trace: tracefile.Trace) -> List[Tuple[Any, ...]]:
    """The loop's events with all that is not a time."""
    return [
        (e.kind, e.aux, e.a, 0 if e.kind in TIMED else e.b)
        for e in trace.events
        if e.kind not in tracefile.OF_THE_MACHINE | {"POLL_BEGIN", "POLL_END", "RUN_END"}
    ]


@unittest.skipUnless(BUILT, "the accelerator is not built for this interpreter")
class Same(ProgramTest):
    def run_with(self, accelerated: str, path: str) -> tracefile.Trace:
        env = environment(PYTHONPATH=RUNTIME, PYTHONHASHSEED="0", **{OFF: accelerated})
        done = self.finish(
            self.start(self.command("--block-threshold", "0", path, output=f"{accelerated}.looptrace"), env=env)
        )
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        return self.load(f"{accelerated}.looptrace")

    def test_in_use(self) -> None:
        """What it is bound to is there; where that fails, all is done in Python, and nothing else tells."""
        code = "from loopscope import _accelerator as a; import sys; sys.exit(a.bind() is None)"
        env = environment(PYTHONPATH=RUNTIME, **{OFF: "1"})
        self.assertEqual(subprocess.run([sys.executable, "-c", code], env=env).returncode, 0)

    def test_same_trace(self) -> None:
        """The same definitions with the same numbers, and the same events but for the times."""
        self.compare(PROGRAM)

    @unittest.skipUnless(importlib.util.find_spec("uvloop"), "uvloop is not installed for this Python")
    def test_same_trace_on_uvloop(self) -> None:
        """But for uvloop's timers, which the accelerator alone sees, and what the trace says of that."""
        before, _, timers = PROGRAM.partition("    # Timers\n")
        program = before + timers.partition("    # No timers\n")[2]
        quiet = "sys.modules['loopscope._uvloop'].tell_missing = lambda recorder: None\nloop ="
        program = program.replace("loop =", quiet, 1)
        self.compare(program.replace("asyncio.new_event_loop()", "__import__('uvloop').new_event_loop()"))

    def compare(self, program: str) -> None:
        path = self.write(program)
        with_it, without = self.run_with("1", path), self.run_with("0", path)
        self.assertTrue(with_it.header["accelerated"])
        self.assertFalse(without.header["accelerated"])
        for table in ("tasks", "objects", "awaits", "stacks", "locations", "strings", "loops"):
            ours, theirs_ = getattr(with_it, table), getattr(without, table)
            self.assertEqual(ours, theirs_, table)
        ours_, theirs = masked(with_it), masked(without)
        for index, (one, other) in enumerate(zip(ours_, theirs)):
            self.assertEqual(one, other, f"event {index}")
        self.assertEqual(len(ours_), len(theirs))
        self.assertGreater(len(ours_), 300)


class Encoding(unittest.TestCase):
    @unittest.skipUnless(BUILT, "the accelerator is not built for this interpreter")
    def test_same_bytes(self) -> None:
        """Blocks of events byte for byte: times that go back, gaps beyond 32 bits."""
        code = """
import random, sys
from loopscope import _accelerate, _format
chance = random.Random(7)
for count in (0, 1, 5, 300):
    for gap in (10, 3_000_000_000, 9_000_000_000):
        flat, time = [], 1 << 40
        for _ in range(count):
            time += chance.randrange(-5, gap)
            flat += [chance.randrange(1 << 32), time, chance.randrange(1 << 32), chance.randrange(1 << 32)]
        buffer, latest, middle = _accelerate.EventBuffer(), 0, count // 8 * 4
        for part in flat[:middle], flat[middle:]:
            buffer.extend(tuple(part))
            assert len(buffer) == len(part)
            latest = _format.in_order(part, latest)
            assert buffer.take(77, 3) == _format.events(part, 77, 3), (count, gap)
            assert len(buffer) == 0
"""
        subprocess.run([sys.executable, "-c", code], env=environment(PYTHONPATH=RUNTIME, **{OFF: "1"}), check=True)


@unittest.skipUnless(BUILT, "the accelerator is not built for this interpreter")
class Soak(ProgramTest):
    def test_memory_stays(self) -> None:
        """Tasks, futures, queues and locks that come and go leave nothing behind."""
        trace_free = """
import asyncio, resource, sys
def peak(): return int(open("/proc/self/statm").read().split()[1]) * 4
async def child(): await asyncio.sleep(0)
async def main():
    async def round():
        queue, lock = asyncio.Queue(2), asyncio.Lock()
        for i in range(2000):
            await asyncio.get_event_loop().create_task(child())
            async with lock: await queue.put(i)
            await queue.get()
    for _ in range(3): await round()
    before = peak()
    for _ in range(12): await round()
    print(peak() - before)
asyncio.run(main())
"""
        if not os.path.exists("/proc/self/statm"):
            self.skipTest("no /proc here")
        self.write(trace_free)
        env = environment(PYTHONPATH=RUNTIME, **{OFF: "1"})
        done = self.finish(self.start(self.command("program.py"), env=env))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertLess(int(done.stdout), 4000, "KiB more after 24,000 tasks")


if __name__ == "__main__":
    unittest.main()
