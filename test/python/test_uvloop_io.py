"""What uvloop does in its own way: timers past the ready queue, polls, complaints, eager tasks."""

import asyncio
import inspect
import sys
import unittest

from loops import NEEDS_C, OnUvloop
from rows import proves
from test_accelerator import IN_USE


class OnItsOwn(OnUvloop):
    @proves("callbacks", "complaints", "exits")
    @unittest.skipUnless(IN_USE, NEEDS_C)
    def test_errors_look_as_they_do(self) -> None:
        """The output of both runs is compared: tracebacks, messages, handles."""
        trace = self.record_main(
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
        trace = self.record_main(
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

    @proves("complaints")
    @unittest.skipUnless(IN_USE, NEEDS_C)
    def test_complaints(self) -> None:
        trace = self.record_main(
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
class Eager(OnUvloop):
    # uvloop passes `eager_start` on to the factory from 3.14 on, and what it passes counts.
    EAGER = """
import sys
EAGER = {"eager_start": True} if sys.version_info >= (3, 14) else {}
"""

    @proves("eager")
    def test_first_steps(self) -> None:
        trace = self.record_main(
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
        trace = self.record_main(
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


del OnUvloop  # which has no tests

if __name__ == "__main__":
    unittest.main()
