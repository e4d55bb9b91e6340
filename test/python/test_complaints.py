"""What Python and asyncio complain about is in the trace, and their own output is equal to the letter."""

import re
import sys
import unittest
from typing import Tuple

from recorded import RUNTIME, ProgramTest, environment
from rows import proves
from tracefile import Trace

HEAD = """
import asyncio, gc, sys
async def fails(): raise ValueError("bad")  # raise
async def never(): pass
"""


class Complaints(ProgramTest):
    def both(self, source: str, *options: str, status: int = 0) -> Tuple[Trace, str]:
        """The trace, and stderr, which is the same without the recorder (addresses apart)."""
        path = self.write(HEAD + source)
        outputs = []
        for command in ([sys.executable, *options, path], [sys.executable, *options, *self.command(path)[1:]]):
            done = self.finish(self.start(command, env=environment(PYTHONPATH=RUNTIME)))
            self.assertEqual(done.returncode, status, done.stderr.decode())
            text = re.sub(r"0x[0-9a-f]+", "0x", done.stdout.decode() + done.stderr.decode())
            # On a busy machine debug mode calls any step slow.
            outputs.append(re.sub(r".*Executing <.*> took [0-9.]+ seconds\n", "", text))
        self.assertEqual(outputs[0], outputs[1])
        return self.load(), outputs[1]

    @proves("complaints")
    def test_never_awaited(self) -> None:
        source = """
async def main():
    asyncio.current_task().set_name("forgets")
    never()  # drop
asyncio.run(main())
"""
        for options in ((), ("-W", "error"), ("-X", "dev"), ("-X", "tracemalloc=3")):
            with self.subTest(options):
                trace, text = self.both(source, *options)
                self.assertIn("coroutine 'never' was never awaited", text)
                (event,) = [e for e in trace.events if e.kind == "NEVER_AWAITED"]
                self.assertEqual(trace.locations[event.a]["function"], "never")
                self.assertEqual(trace.frames(event.aux)[0], f"main:{self.lines(HEAD + source)['drop']}")
                self.assertEqual(event.b, trace.named("forgets"))

    @proves("complaints")
    def test_never_awaited_in_a_list_that_goes_later(self) -> None:
        source = """
class Hooks:
    async def warm(self):
        pass
async def main():
    hooks = Hooks()
    waiting = [hooks.warm(), "warm"]  # made
    for _ in range(3):
        await asyncio.sleep(0)
    del waiting
asyncio.run(main())
"""
        trace, text = self.both(source)
        self.assertIn("Hooks.warm' was never awaited", text)
        (event,) = [e for e in trace.events if e.kind == "NEVER_AWAITED"]
        self.assertEqual(trace.frames(event.aux)[0], f"main:{self.lines(HEAD + source)['made']}")

    def test_warnings_module_stays_itself(self) -> None:
        _, text = self.both(
            """
import warnings
one = warnings._warn_unawaited_coroutine
print(one.__name__, one.__module__, one.__code__.co_filename == warnings.__file__, type(one).__name__)
warnings.warn = lambda *args, **kwargs: print("mine", args, sorted(kwargs))
async def main(): never()
asyncio.run(main())
"""
        )
        self.assertIn("mine", text)

    @proves("complaints")
    def test_unretrieved(self) -> None:
        source = """
async def main():
    task = asyncio.get_event_loop().create_task(fails(), name="fails")
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    if "cycle" in sys.argv: task.me = asyncio.get_event_loop().create_future(); task.me.add_done_callback(task.cancel)
    del task
    gc.collect()
asyncio.run(main())
"""
        trace, text = self.both(source)
        self.assertIn("Task exception was never retrieved", text)
        (event,) = [e for e in trace.events if e.kind == "UNRETRIEVED"]
        self.assertEqual((event.a, trace.strings[event.b]), (trace.named("fails"), "ValueError: bad"))
        self.assertEqual(trace.frames(event.aux)[0], f"fails:{self.lines(HEAD + source)['raise']}")

    def test_unretrieved_at_the_end_of_the_program(self) -> None:
        trace, _ = self.both(
            """
async def main():
    global task
    task = asyncio.get_event_loop().create_task(fails(), name="fails")
    seen = asyncio.get_event_loop().create_task(fails(), name="seen")
    await asyncio.sleep(0.01)
    seen.exception()
asyncio.run(main())
"""
        )
        self.assertEqual([e.a for e in trace.events if e.kind == "UNRETRIEVED"], [trace.named("fails")])

    @proves("complaints")
    def test_destroyed_while_pending(self) -> None:
        """In a cycle: the garbage collector clears the recorder's weak reference before asyncio complains.

        What of a cycle it clears first hangs on when it last looked, so that it is not to look on its own.
        """
        trace, text = self.both(
            """
gc.disable()
async def waits():
    future = asyncio.get_event_loop().create_future()
    future.cycle = asyncio.current_task(), future
    await future
async def main():
    task = asyncio.get_event_loop().create_task(waits(), name="lost")
    await asyncio.sleep(0)
    del task
    gc.collect()
asyncio.run(main())
"""
        )
        self.assertIn("Task was destroyed but it is pending!", text)
        self.assertEqual([e.a for e in trace.events if e.kind == "TASK_DESTROYED"], [trace.named("lost")])

    @proves("complaints", "exits")
    def test_errors_of_callbacks(self) -> None:
        """Not what the program itself tells the handler: it has looked at that."""
        trace, _ = self.both(
            """
def breaks(): raise KeyError("k")
def handler(loop, context):
    print(sorted(context), [frame.f_code.co_name for frame in frames()])
    if "again" in str(context.get("message")): raise OSError("in the handler")
def frames(frame=None):
    frame = sys._getframe(1)
    while frame: yield frame; frame = frame.f_back
async def main():
    loop = asyncio.get_event_loop()
    loop.call_soon(breaks)
    await asyncio.sleep(0)
    loop.set_exception_handler(handler)
    loop.call_soon(breaks)
    await asyncio.sleep(0)
    loop.call_exception_handler({"message": "again"})
    print(loop.get_exception_handler() is handler)
asyncio.run(main())
"""
        )
        errors = [trace.strings[e.a] for e in trace.events if e.kind == "LOOP_ERROR"]
        self.assertEqual(errors, ["KeyError: 'k'", "KeyError: 'k'"])

    @proves("cancel")
    @unittest.skipIf(sys.version_info < (3, 11), "no uncancel() before 3.11")
    def test_uncancel(self) -> None:
        trace, _ = self.both(
            """
async def main():
    try:
        async with asyncio.timeout(0.01): await asyncio.sleep(10)
    except TimeoutError: pass
    await asyncio.sleep(0)
asyncio.run(main())
"""
        )
        self.assertEqual([(e.a, e.b) for e in trace.events if e.kind == "UNCANCEL"], [(1, 0)])


class OtherThreads(ProgramTest):
    SOURCE = """
import asyncio, threading, time
def properly(loop, future):
    loop.call_soon_threadsafe(future.set_result, 1)  # proper
def past_it(loop, future):
    while not future._callbacks: time.sleep(0.001)  # until main waits for it
    future.set_result(2)  # past
    loop.call_soon_threadsafe(int)
async def main():
    loop = asyncio.get_event_loop()
    for target in (properly, past_it):
        future = loop.create_future()
        thread = threading.Thread(target=target, args=(loop, future), name=target.__name__)
        thread.start()
        await future
        thread.join()
    loop.call_soon_threadsafe(int)  # not from another thread: an ordinary callback
asyncio.run(main())
"""

    @proves("threadsafe")
    def test_calls(self) -> None:
        trace, at = self.record(self.SOURCE), self.lines(self.SOURCE)
        (foreign,) = [e for e in trace.events if e.kind == "FOREIGN_CALL"]
        self.assertEqual((foreign.a, foreign.b), (1, trace.named("Task-1")))
        self.assertEqual(trace.frames(foreign.aux)[0], f"past_it:{at['past']}")
        self.assertEqual(trace.streams[foreign.stream]["name"], "past_it")
        calls = [e for e in trace.events if e.kind == "THREADSAFE_CALL"]
        self.assertEqual([trace.streams[e.stream]["name"] for e in calls][:1], ["properly"])
        self.assertEqual(trace.frames(calls[0].aux)[0], f"properly:{at['proper']}")
        self.assertTrue(trace.locations[calls[0].b]["function"].endswith("set_result"))


if __name__ == "__main__":
    unittest.main()
