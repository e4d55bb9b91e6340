"""The trace stays whole wherever a signal's handler interrupts the recorder, whatever it does there."""

import os
import random
import tempfile
import unittest
from functools import partial
from itertools import count
from time import perf_counter_ns
from typing import Callable, List

import tracefile
from interrupts import REASON, UNRELIABLE, ctrl_c, interrupt
from loopscope import _schema as schema
from loopscope._command import Program
from loopscope._output import Output
from loopscope._recorder import Recorder
from recorded import OFF, RUNTIME, ProgramTest, environment

SEED = 2026


class Written:
    """A recorder, and what it was told: definitions, and events that count from 1 and refer to them."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.recorder = Recorder(Output(path, True), Program(["x.py"]), "timeline")
        self.numbers = count(1)
        self.told: List[int] = []

    def tell(self) -> None:
        number = next(self.numbers)
        tables = self.recorder.tables
        location = tables.location("x.py", f"function {number}", number)
        self.recorder.stream().extend((schema.EV_FINALIZED, perf_counter_ns(), location, 0))
        self.told.append(number)

    def check(self, test: unittest.TestCase) -> None:
        self.recorder.close("exit")
        test.assertIsNone(self.recorder.output)
        trace = tracefile.load(self.path)
        found = [trace.locations[event.a]["line"] for event in trace.events if event.kind == "FINALIZED"]
        test.assertEqual(found, self.told)
        test.assertEqual(trace.end, {"reason": "exit"})


@unittest.skipIf(UNRELIABLE, REASON)
class Writing(unittest.TestCase):
    """`flush` and `close` in the main thread: before a fork, at the end, where the helper cannot keep up."""

    def setUp(self) -> None:
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.path = os.path.join(directory.name, "t.looptrace")

    def test_ctrl_c(self) -> None:
        self.flush(lambda written: ctrl_c())

    def test_a_handler_records(self) -> None:
        self.flush(Written.tell)

    def test_a_handler_records_and_raises(self) -> None:
        def both(written: Written) -> None:
            written.tell()
            ctrl_c()

        self.flush(both)

    def test_a_handler_writes(self) -> None:
        def writes(written: Written) -> None:
            written.tell()
            written.recorder.flush(wait=True)

        self.flush(writes)

    def test_one_after_the_other(self) -> None:
        chance = random.Random(SEED)
        written = Written(self.path)
        for _ in range(300):
            written.tell()
            interrupt(chance.randrange(1, 400), ctrl_c, written.recorder.flush)
        written.check(self)

    def test_closing(self) -> None:
        """What at last closes it finds whatever an interrupted closing left."""
        for at in count(1):
            written = Written(f"{self.path}-{at}")  # to cut off an older file would take ten times as long
            written.tell()
            if interrupt(at, ctrl_c, partial(written.recorder.close, "exit")) is None:
                break
            written.check(self)
        self.assertGreater(at, 200)

    def flush(self, handler: Callable[[Written], None]) -> None:
        written = Written(self.path)
        for at in count(1):
            written.tell()
            if interrupt(at, lambda: handler(written), written.recorder.flush) is None:
                break
            written.tell()
            written.recorder.flush()
        self.assertGreater(at, 100)
        written.check(self)


class Running(ProgramTest):
    """The hooks of a loop that runs, in Python: what Ctrl-C interrupts goes on where it was when the loop does."""

    @unittest.skipIf(UNRELIABLE, REASON)
    def test_ctrl_c_in_the_hooks(self) -> None:
        self.write(
            """
            import asyncio, random, sys
            from interrupts import ctrl_c, interrupt
            chance = random.Random(2026)
            async def yields(n):
                for _ in range(n): await asyncio.sleep(0)
                return n
            async def passes(queue, n):
                for i in range(n): await queue.put(i)
                return n
            async def takes(queue, n): return sum([await queue.get() for _ in range(n)])
            async def main():
                queue = asyncio.Queue(1)
                return await asyncio.gather(yields(2), passes(queue, 3), takes(queue, 3))
            for _ in range(40):
                loop = asyncio.new_event_loop()
                asyncio.set_event_loop(loop)
                task = loop.create_task(main())
                # Not in what the program's code calls, whose exception it would be; nor in these hooks themselves:
                # between taking a handle and running it asyncio's own code has a moment too in which one is lost.
                hooks = "_queue.py:popleft", "_queue.py:__bool__", "_queue.py:__len__"
                interrupt(chance.randrange(1, 1500), ctrl_c, lambda: loop.run_until_complete(task), *hooks)
                assert loop.run_until_complete(task) == [2, 3, 3], task
                loop.close()
            """
        )
        env = environment(PYTHONPATH=os.pathsep.join([RUNTIME, os.path.dirname(__file__)]), **{OFF: "0"})
        done = self.run_recorded("program.py", env=env)
        self.assertEqual((done.returncode, done.stderr.decode()), (0, ""))
        self.assertEqual(self.load().end, {"reason": "exit"})

    def test_no_frame_where_something_is_collected(self) -> None:
        """What a handler raised there would not reach the program."""
        self.write(
            """
            import asyncio, gc, sys
            async def waits(lock, future):
                async with lock: await future
            async def main():
                lock, future = asyncio.Lock(), asyncio.get_event_loop().create_future()
                await lock.acquire()
                task, pending = [asyncio.ensure_future(waits(lock, future)) for _ in range(2)]
                await asyncio.sleep(0)
                lock.release()
                await asyncio.sleep(0)
                future.set_result(None)
                await asyncio.gather(task, pending)
                dies = asyncio.ensure_future(asyncio.sleep(60))
                await asyncio.sleep(0)
                known, entered = [lock, future, task, dies], []
                asyncio.get_event_loop().set_exception_handler(lambda loop, context: None)
                del lock, future, task, pending, dies
                sys.setprofile(lambda frame, event, _: event == "call" and entered.append(frame.f_code.co_filename))
                del known[:]
                gc.collect()
                sys.setprofile(None)
                print([name for name in entered if "loopscope" in name])
            asyncio.run(main())
            """
        )
        for off in "01":
            done = self.run_recorded("program.py", env=environment(PYTHONPATH=RUNTIME, **{OFF: off}))
            self.assertEqual((done.returncode, done.stdout.decode()), (0, "[]\n"), done.stderr.decode())


if __name__ == "__main__":
    unittest.main()
