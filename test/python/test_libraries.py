"""Real libraries that bring tasks and scopes of their own."""

import importlib.util
import sys
import unittest
from typing import Any, List

from loops import LoopTest, OnUvloop
from recorded import ProgramTest
from rows import proves
from tracefile import Trace


def needs(module: str) -> Any:
    return unittest.skipUnless(importlib.util.find_spec(module), f"{module} is not installed for this Python")


class Scopes(LoopTest):
    def scopes(self, trace: Trace) -> List[Any]:
        opened = {e.a: e for e in trace.kinds("SCOPE_OPEN")}
        closed = {e.a: e.aux for e in trace.kinds("SCOPE_CLOSE")}
        return [(trace.objects[ident]["label"], closed.get(ident)) for ident in opened]

    @needs("anyio")
    @proves("libraries")
    @unittest.skipIf(sys.version_info < (3, 11), "anyio's own scopes, up to 3.10, are not recorded")
    def test_anyio(self) -> None:
        trace = self.record_main(
            """
import anyio
async def child(seconds): await anyio.sleep(seconds)
async def fails(): raise ValueError
async def main():
    async with anyio.create_task_group() as group:
        group.start_soon(child, 0.001, name="child-1")
        group.start_soon(child, 0.001, name="child-2")
    with anyio.move_on_after(0.001) as scope: await anyio.sleep(10)
    print(scope.cancelled_caught)
    try:
        async with anyio.create_task_group() as group:
            group.start_soon(child, 10, name="sibling")
            group.start_soon(fails)
    except BaseException as error: print(type(error).__name__)
"""
        )
        self.assertEqual(self.done.stdout, b"True\nExceptionGroup\n")
        expected = [("anyio.TaskGroup", 1), ("anyio.CancelScope", 3), ("anyio.TaskGroup", 2)]
        self.assertEqual([scope for scope in self.scopes(trace) if scope[0] != "gather"], expected)
        self.assertEqual(len(trace.kinds("SCOPE_CHILD")), 4)
        self.assertEqual(trace.of("sibling")[-1].kind, "STEP_CANCEL")

    @needs("async_timeout")
    @proves("libraries")
    @unittest.skipIf(sys.version_info < (3, 11), "async_timeout's own scopes, up to 3.10, are not recorded")
    def test_async_timeout(self) -> None:
        trace = self.record_main(
            """
import async_timeout
async def main():
    try:
        async with async_timeout.timeout(0.001): await asyncio.sleep(10)
    except asyncio.TimeoutError: print("late")
"""
        )
        self.assertEqual(self.done.stdout, b"late\n")
        self.assertEqual(self.scopes(trace), [("timeout", 2)])


class ScopesOnUvloop(OnUvloop, Scopes):
    pass


class Libraries(ProgramTest):
    @needs("pytest_asyncio")
    @proves("libraries")
    def test_pytest_asyncio(self) -> None:
        self.write(
            """
            import asyncio, pytest
            async def work(): await asyncio.sleep(0.001)
            @pytest.mark.asyncio
            async def test_one(): await asyncio.create_task(work(), name="one")
            @pytest.mark.asyncio
            async def test_two(): await asyncio.create_task(work(), name="two")
            """,
            "test_it.py",
        )
        done = self.run_recorded("-m", "pytest", "-q", "-p", "no:cacheprovider", "test_it.py")
        self.assertEqual(done.returncode, 0, done.stdout)
        trace = self.load()
        for name in ("one", "two"):
            self.assertEqual(trace.of(name)[-1].kind, "STEP_RETURN")
        self.assertGreaterEqual(len(trace.loops), 2)

    @needs("nest_asyncio")
    @proves("libraries")
    def test_nest_asyncio(self) -> None:
        trace = self.record(
            """
            import asyncio, nest_asyncio
            nest_asyncio.apply()
            async def inner(): await asyncio.sleep(0.001); return 5
            async def main():
                print(asyncio.get_event_loop().run_until_complete(inner()))
                await asyncio.sleep(0.001)
            asyncio.run(main())
            """
        )
        self.assertEqual(self.done.stdout, b"5\n")
        names = {ident: task["coroutine"]["function"] for ident, task in trace.tasks.items()}
        for function in ("main", "inner"):
            (task,) = [ident for ident, name in names.items() if name == function]
            self.assertEqual(
                [e.kind for e in trace.events if e.a == task and e.kind.startswith("STEP")][-1], "STEP_RETURN"
            )


del LoopTest, OnUvloop  # which have no tests

if __name__ == "__main__":
    unittest.main()
