"""Gathers, task groups and timeouts: opened where, with which tasks, and how they ended."""

import sys
import unittest
from typing import List, Tuple

from recorded import ProgramTest
from rows import proves
from tracefile import Trace

HEAD = """
import asyncio
async def works(seconds): await asyncio.sleep(seconds)
async def fails(): raise ValueError("bad")
def named(name, coroutine): return asyncio.get_event_loop().create_task(coroutine, name=name)
"""
WELL, FAILED, CANCELLED = 1, 2, 3


class Scopes(ProgramTest):
    def scopes(self, trace: Trace) -> List[Tuple[str, List[str], List[int]]]:
        """`(label, names of the children, how it closed)` in the order of opening."""
        found, names = [], trace.names()
        for opened in [e for e in trace.events if e.kind == "SCOPE_OPEN"]:
            of = [e for e in trace.events if e.a == opened.a]
            children = [names[e.b] for e in of if e.kind == "SCOPE_CHILD"]
            closed = [e.aux for e in of if e.kind == "SCOPE_CLOSE"]
            found.append((trace.objects[opened.a]["label"], children, closed))
        return found

    def test_wait(self) -> None:
        source = (
            HEAD
            + """
async def main():
    event = asyncio.Event()
    one, two = named("one", works(0)), named("two", event.wait())
    done, rest = await asyncio.wait({one, two}, return_when=asyncio.FIRST_COMPLETED)
    event.set()
    await asyncio.wait(rest)
    many = [named("many", works(0)) for _ in range(101)]
    await asyncio.wait(many)
asyncio.run(main())
"""
        )
        trace = self.record(source)
        found = [(label, sorted(names), how) for label, names, how in self.scopes(trace) if label == "wait"]
        self.assertEqual(found, [("wait", ["one", "two"], []), ("wait", ["two"], [])])
        for opened in [e for e in trace.events if e.kind == "SCOPE_OPEN"][:2]:
            self.assertEqual(opened.b, trace.named("Task-1"))
            suspended = next(e for e in trace.events if e.kind == "STEP_SUSPEND" and e.time >= opened.time)
            self.assertEqual((suspended.a, suspended.time), (opened.b, opened.time))

    @proves("waits")
    def test_gather(self) -> None:
        source = (
            HEAD
            + """
async def main():
    one = named("one", works(0.001))
    await asyncio.gather(one, named("two", works(0)), one)  # gather
    await asyncio.gather(named("three", fails()), return_exceptions=True)
    try: await asyncio.gather(named("four", fails()), named("five", works(0.001)))
    except ValueError: pass
    cancelled = asyncio.gather(named("six", works(10)))
    asyncio.get_event_loop().call_soon(cancelled.cancel)
    try: await cancelled
    except asyncio.CancelledError: pass
    await asyncio.wait_for(asyncio.gather(named("seven", works(0.001))), 5)
    print(cancelled._children, "(" in repr(cancelled), hasattr(cancelled, "__dict__"))
asyncio.run(main())
"""
        )
        trace = self.record(source)
        found = [scope for scope in self.scopes(trace) if scope[0] == "gather"]
        expected = [
            ("gather", ["one", "two"], [WELL]),
            ("gather", ["three"], [WELL]),
            ("gather", ["four", "five"], [FAILED]),
            ("gather", ["six"], [CANCELLED]),
            ("gather", ["seven"], [WELL]),
        ]
        self.assertEqual(found[:5], expected)
        first = next(e for e in trace.events if e.kind == "SCOPE_OPEN")
        self.assertEqual(first.b, trace.named("Task-1"))
        self.assertEqual(trace.frames(first.aux)[0], f"main:{self.lines(source)['gather']}")
        plain = self.finish(self.start([sys.executable, self.path("program.py")]))
        strip = [line.split(b" at ")[0] for line in self.done.stdout.splitlines()]
        self.assertEqual(strip, [line.split(b" at ")[0] for line in plain.stdout.splitlines()])

    @proves("group")
    @unittest.skipIf(sys.version_info < (3, 11), "no TaskGroup before 3.11")
    def test_task_group(self) -> None:
        source = (
            HEAD
            + """
async def block(*coroutines, raises=None):
    try:
        async with asyncio.TaskGroup() as group:  # group
            for name, coroutine in coroutines: group.create_task(coroutine, name=name)
            if raises: raise raises
    except BaseExceptionGroup as error: print(repr(error), repr(group))
async def main():
    await block(("a", works(0)), ("b", works(0.001)))
    await block(("c", works(10)), ("d", fails()))
    await block(("e", works(10)), raises=KeyError("k"))
    cancelled = asyncio.create_task(block(("f", works(10))))
    await asyncio.sleep(0.001)
    cancelled.cancel()
    await asyncio.wait([cancelled])
    await block()
    try: await block(("g", works(10)), raises=SystemExit(3))
    except SystemExit: pass
asyncio.run(main())
"""
        )
        trace = self.record(source)
        expected = [
            ("TaskGroup", ["a", "b"], [WELL]),
            ("TaskGroup", ["c", "d"], [FAILED]),
            ("TaskGroup", ["e"], [FAILED]),
            ("TaskGroup", ["f"], [CANCELLED]),
            ("TaskGroup", [], [WELL]),
            ("TaskGroup", ["g"], [FAILED]),
        ]
        self.assertEqual([scope for scope in self.scopes(trace) if scope[0] == "TaskGroup"][:6], expected)
        first = next(e for e in trace.events if e.kind == "SCOPE_OPEN")
        self.assertEqual(trace.frames(first.aux)[0], f"block:{self.lines(source)['group']}")
        self.assertEqual(first.a, trace.waits("Task-1")[0]["target"][0])
        plain = self.finish(self.start([sys.executable, self.path("program.py")]))
        self.assertEqual(self.done.stdout, plain.stdout)

    @proves("waits")
    @unittest.skipIf(sys.version_info < (3, 11), "no timeout() before 3.11")
    def test_timeout(self) -> None:
        trace = self.record(
            HEAD
            + """
async def block(seconds, coroutine):
    try:
        async with asyncio.timeout(seconds): await coroutine
    except (TimeoutError, ValueError): pass
async def main():
    await block(None, works(0))
    await block(0.001, works(10))
    await block(5, fails())
    cancelled = asyncio.create_task(block(5, works(10)))
    await asyncio.sleep(0.001)
    cancelled.cancel()
    await asyncio.wait([cancelled])
asyncio.run(main())
"""
        )
        expected = [("timeout", [], [how]) for how in (WELL, FAILED, FAILED, CANCELLED)]
        self.assertEqual([scope for scope in self.scopes(trace) if scope[0] == "timeout"][:4], expected)


if __name__ == "__main__":
    unittest.main()
