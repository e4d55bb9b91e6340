"""Who cancelled whom, and where it was caught or taken back. Lines are found by the comments in the programs."""

import sys
import unittest

from recorded import ProgramTest
from rows import proves


class Cancellation(ProgramTest):
    @proves("cancel")
    def test_cancels(self) -> None:
        source = """
import asyncio, sys
message = {"msg": "enough"} if sys.version_info >= (3, 9) else {}
async def forever():
    await asyncio.Event().wait()
async def swallows():
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        await asyncio.sleep(0)
async def outer(inner):
    await inner
async def never():
    pass
async def main():
    loop = asyncio.get_event_loop()
    create = loop.create_task
    direct, swallow = create(forever(), name="direct"), create(swallows(), name="swallow")
    inner = create(forever(), name="inner")
    out = create(outer(inner), name="outer")
    unstarted = create(never(), name="unstarted")
    await asyncio.sleep(0.01)
    unstarted = create(never(), name="unstarted-2")
    direct.cancel(**message)  # direct
    swallow.cancel()  # swallow
    out.cancel()  # outer
    unstarted.cancel()
    await asyncio.wait([direct, swallow, out, inner, unstarted])
asyncio.get_event_loop_policy().new_event_loop().run_until_complete(main())
"""
        trace, at = self.record(source), self.lines(source)
        self.assert_well_formed(trace)
        main = 1
        for name in ("direct", "swallow"):
            (request,) = trace.of(name, "CANCEL_REQUEST")
            self.assertEqual(request.b, main)
            self.assertEqual(trace.frames(request.aux)[0], f"main:{at[name]}")
            begin = next(e for e in trace.of(name, "STEP_BEGIN") if e.time > request.time)
            self.assertEqual(begin.aux, 1)
        (request,) = trace.of("inner", "CANCEL_REQUEST")
        self.assertEqual(trace.frames(request.aux)[0], f"main:{at['outer']}")
        if sys.version_info >= (3, 11):
            (request,) = trace.of("outer", "CANCEL_REQUEST")
            self.assertEqual(trace.frames(request.aux)[0], f"main:{at['outer']}")
            self.assertEqual(request.b, main)
        if sys.version_info >= (3, 9):
            (event,) = trace.of("direct", "CANCEL_MESSAGE")
            self.assertEqual(trace.strings[event.b], "enough")
            (event,) = trace.of("direct", "STEP_CANCEL")
            self.assertEqual(trace.strings[event.b], "enough")
        for name in ("direct", "inner", "outer", "unstarted-2"):
            self.assertEqual(trace.of(name)[-1].kind, "STEP_CANCEL", name)
        self.assertEqual(trace.of("swallow")[-1].kind, "STEP_RETURN")
        (begin,) = trace.of("unstarted-2", "STEP_BEGIN")
        self.assertEqual(begin.aux, 1)
        self.assertEqual(len(trace.of("unstarted-2", "CANCEL_REQUEST")), 1)

    @proves("cancel")
    @unittest.skipIf(sys.version_info < (3, 11), "before 3.11, code does not tell what an `except` catches")
    def test_where_a_cancellation_was_caught(self) -> None:
        source = """
            import asyncio, contextlib
            async def wait(event):
                try: await event.wait()
                finally: await asyncio.sleep(0)
            async def swallows(event):
                try: await wait(event)  # swallows
                except asyncio.CancelledError: pass
                await event.wait()
            async def returns(event):
                try: await event.wait()  # returns
                except BaseException: return 1
            async def cleans(event):
                try: await event.wait()
                except asyncio.CancelledError:
                    await asyncio.sleep(0)
                    raise
            async def suppresses(event):
                while not event.is_set():
                    with contextlib.suppress(asyncio.CancelledError): await event.wait()  # suppresses
            async def new(event):
                try: await event.wait()
                except asyncio.CancelledError: pass
            async def fails(event):
                try: await wait(event)
                except asyncio.CancelledError: raise KeyError from None
            async def main():
                event = asyncio.Event()
                functions = [swallows, returns, cleans, suppresses, fails]
                tasks = [asyncio.create_task(each(event), name=each.__name__) for each in functions]
                await asyncio.sleep(0)
                tasks.append(asyncio.create_task(new(event), name="new"))
                for task in tasks: task.cancel()
                for _ in range(5): await asyncio.sleep(0)
                print([task.done() for task in tasks])
                event.set()
                await asyncio.wait(tasks)
                tasks[4].exception()
            asyncio.run(main())
            """
        trace, at = self.record(source), self.lines(source)
        self.assertEqual(self.done.stdout, b"[False, True, True, False, True, True]\n")
        names = trace.names()
        caught = {names[e.a]: trace.frames(e.aux)[0] for e in trace.kinds("CANCEL_CAUGHT")}
        wanted = ("swallows", "returns", "suppresses")
        self.assertEqual(caught, {name: f"{name}:{at[name]}" for name in wanted})

    @proves("cancel")
    @unittest.skipIf(sys.version_info < (3, 12), "before 3.12, nothing tells of calls in a code object")
    def test_where_a_cancellation_was_taken_back(self) -> None:
        source = """
            import asyncio
            async def takes_back():
                try: await asyncio.Event().wait()
                except asyncio.CancelledError: asyncio.current_task().uncancel()  # takes
                await asyncio.sleep(0)
            async def limited():
                try:
                    async with asyncio.timeout(0): await asyncio.Event().wait()
                except TimeoutError: await asyncio.sleep(0)
            async def main():
                task = asyncio.create_task(takes_back(), name="takes")
                limit = asyncio.create_task(limited(), name="limited")
                await asyncio.sleep(0)
                task.cancel()
                await asyncio.wait([task, limit])
                print(task.cancelling(), limit.cancelling())
            asyncio.run(main())
            """
        trace, at = self.record(source), self.lines(source)
        self.assertEqual(self.done.stdout, b"0 0\n")
        names = trace.names()
        found = {names[e.a]: (trace.frames(e.aux)[0].split(":"), e.b) for e in trace.kinds("UNCANCEL")}
        self.assertEqual(found["takes"], (["takes_back", str(at["takes"])], 0))
        self.assertEqual((found["limited"][0][0], found["limited"][1]), ("__aexit__", 0))
        self.assertEqual(trace.kinds("CANCEL_CAUGHT"), [])

    @proves("cancel", "waits")
    def test_a_gather_is_cancelled(self) -> None:
        """Its tasks that had not started, or were ready, too: nothing wakes those."""
        source = """
            import asyncio
            async def waits(): await asyncio.Event().wait()
            async def ready():
                while True: await asyncio.sleep(0)
            async def main():
                create = asyncio.get_event_loop().create_task
                tasks = [create(waits(), name="waits"), create(ready(), name="ready")]
                await asyncio.sleep(0)
                await asyncio.sleep(0)
                gathering = asyncio.gather(*tasks, create(waits(), name="new"))
                gathering.cancel()  # cancel
                try: await gathering
                except asyncio.CancelledError: pass
            asyncio.run(main())
            """
        trace, line = self.record(source), self.lines(source)["cancel"]
        self.assert_well_formed(trace)
        for name in ("waits", "ready", "new"):
            (request,) = trace.of(name, "CANCEL_REQUEST")
            self.assertEqual(request.b, trace.named("Task-1"), name)
            self.assertIn(f"main:{line}", trace.frames(request.aux), name)
            self.assertEqual(trace.of(name)[-1].kind, "STEP_CANCEL", name)

    @proves("group", "waits")
    @unittest.skipIf(sys.version_info < (3, 11), "task groups and timeouts came with 3.11")
    def test_scopes_cancel(self) -> None:
        trace = self.record(
            """
            import asyncio
            async def forever(): await asyncio.Event().wait()
            async def fails(): raise ValueError("group")
            async def limited():
                async with asyncio.timeout(0.01):
                    await asyncio.Event().wait()
            async def main():
                task = asyncio.create_task(limited(), name="limited")
                try:
                    async with asyncio.TaskGroup() as group:
                        group.create_task(forever(), name="sibling")
                        group.create_task(fails(), name="fails")
                except* ValueError:
                    pass
                await asyncio.wait([task])
                task.exception()
            asyncio.run(main())
            """
        )
        self.assert_well_formed(trace)
        (request,) = trace.of("sibling", "CANCEL_REQUEST")
        self.assertIn("_abort", trace.frames(request.aux)[0])
        (request,) = trace.of("limited", "CANCEL_REQUEST")
        self.assertIn("_on_timeout", trace.frames(request.aux)[0])
        self.assertEqual(trace.strings[trace.of("limited", "STEP_RAISE")[0].b], "TimeoutError")


if __name__ == "__main__":
    unittest.main()
