"""Timers and callbacks that the program itself schedules."""

import unittest

from loops import NEEDS_C, LoopTest, OnUvloop
from recorded import ProgramTest
from rows import proves
from test_accelerator import IN_USE


class Timers(LoopTest):
    @proves("callbacks")
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
        trace, at = self.record_main(source), self.lines(self.text(source))
        first, second = trace.kinds("TIMER_SET")
        self.assertEqual((first.a, second.a), (1, 2))
        self.assertEqual(self.inner(trace.frames(first.aux)), [f"main:{at['set']}"])
        self.assertEqual(self.inner(trace.frames(second.aux)), [f"main:{at['far']}"])
        self.assertEqual(trace.locations[first.b]["function"], "main.<locals>.ring")
        (cancelled,) = trace.kinds("TIMER_CANCEL")
        self.assertEqual((cancelled.a, cancelled.b), (2, trace.named("Task-1")))
        self.assertEqual(self.inner(trace.frames(cancelled.aux)), [f"main:{at['cancel']}"])
        (run,) = trace.kinds("TIMER_RUN")
        self.assertEqual(run.a, 1)
        after = [e for e in trace.kinds("TIMER_BEGIN") if e.time >= run.time]
        self.assertEqual(trace.locations[after[0].aux]["function"], "main.<locals>.ring")
        self.assertEqual(len(trace.kinds("TIMER_BEGIN")), 2)  # and that of `sleep`


@unittest.skipUnless(IN_USE, NEEDS_C)
class TimersOnUvloop(OnUvloop, Timers):
    pass


class Callbacks(ProgramTest):
    @proves("callbacks", "complaints")
    def test_a_coroutine_function_as_a_timer(self) -> None:
        source = """
import asyncio
async def renew(): pass
async def main():
    asyncio.get_event_loop().call_later(0.001, renew)  # set
    await asyncio.sleep(0.02)
asyncio.run(main())
"""
        trace, at = self.record(source), self.lines(source)
        (event,) = trace.kinds("NEVER_AWAITED")
        self.assertEqual(trace.frames(event.aux), [f"main:{at['set']}"])
        self.assertIn(b"coroutine 'renew' was never awaited", self.done.stderr)

    @proves("callbacks")
    def test_a_callback_that_keeps_the_loop_from_waiting(self) -> None:
        source = """
import asyncio
count = 0
def pump():
    global count
    count += 1
    if count < 300: schedule()
def schedule(): asyncio.get_event_loop().call_soon(pump)  # again
def once(): pass
async def main():
    schedule()
    asyncio.get_event_loop().call_soon(once)
    await asyncio.sleep(0.01)
    while count < 300: await asyncio.sleep(0.001)
asyncio.run(main())
"""
        trace, at = self.record(source), self.lines(source)
        (event,) = trace.kinds("CALLBACK_REPEATS")
        self.assertEqual(trace.locations[event.a]["function"], "pump")
        self.assertEqual(trace.frames(event.aux)[0], f"schedule:{at['again']}")
        self.assertGreaterEqual(event.b, 100)
        self.assertEqual(len(trace.kinds("LOOP_START")), len(trace.kinds("LOOP_STOP")))

    @proves("callbacks")
    def test_awaited_futures_are_told_apart(self) -> None:
        trace = self.record(
            """
            import asyncio
            async def waits(future): await future
            async def main():
                loop = asyncio.get_event_loop()
                one, two = loop.create_future(), loop.create_future()
                tasks = [loop.create_task(waits(f), name=n) for n, f in (("a", one), ("b", one), ("c", two))]
                await asyncio.sleep(0)
                one.set_result(1), two.set_result(2)
                await asyncio.wait(tasks)
            asyncio.run(main())
            """
        )
        a, b, c = (trace.waits(name)[0]["target"] for name in "abc")
        self.assertEqual(a, b)
        self.assertNotEqual(a, c)


del LoopTest, OnUvloop  # which have no tests

if __name__ == "__main__":
    unittest.main()
