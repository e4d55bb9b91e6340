"""What holds the loop is sampled while it does."""

import sys
import time
import unittest
from types import FrameType
from typing import Any, List, Tuple

from loopscope._sampler import begun
from recorded import RUNTIME, ProgramTest, environment
from rows import proves
from tracefile import Event, Trace

SOURCE = """
import asyncio, time
def settle(seconds):
    time.sleep(seconds)  # sleep
async def blocks():
    settle(0.6)  # call
async def main():
    await asyncio.sleep(0.3)
    await blocks()
    await asyncio.sleep(0.3)
asyncio.run(main())
"""


class Samples(ProgramTest):
    def samples(self, trace: Trace) -> List[Event]:
        return [e for e in trace.events if e.kind == "SAMPLE"]

    @proves("blocking")
    def test_sleeping_in_a_step(self) -> None:
        trace, at = self.record(SOURCE), self.lines(SOURCE)
        samples = self.samples(trace)
        self.assertGreaterEqual(len(samples), 2)
        self.assertLessEqual(len(samples), 5)  # after 50, 100, 200 and 400 ms
        step = [e for e in trace.of("Task-1", "STEP_BEGIN") if e.time < samples[0].time][-1]
        for sample in samples:
            frames = trace.frames(sample.aux)
            self.assertEqual(frames[:2], [f"settle:{at['sleep']}", f"blocks:{at['call']}"])
            self.assertEqual(trace.streams[sample.a]["name"], "MainThread")
            self.assertGreaterEqual(sample.time - step.time, 50_000_000)
            if sample.b != 0xFFFFFFFF:
                self.assertLess(sample.b, 50_000)  # it slept
        gaps = [after.time - before.time for before, after in zip(samples, samples[1:])]
        self.assertEqual(gaps, sorted(gaps))

    @proves("blocking")
    @unittest.skipUnless(hasattr(time, "pthread_getcpuclockid"), "no clock of a thread's CPU time")
    def test_working_in_a_callback(self) -> None:
        trace = self.record(
            """
            import asyncio, time
            def works():
                end = time.thread_time() + 0.4
                while time.thread_time() < end: pass
            async def main():
                asyncio.get_event_loop().call_soon(works)
                await asyncio.sleep(0.01)
            asyncio.run(main())
            """
        )
        last = self.samples(trace)[-1]
        self.assertEqual(trace.frames(last.aux)[0].split(":")[0], "works")
        self.assertGreater(last.b, 20_000)
        self.assertLess(last.b, 500_000)

    def test_thresholds(self) -> None:
        for options, env, some in (
            (["--block-threshold", "0"], {}, False),
            (["--block-threshold=5000"], {}, False),
            ([], {"LOOPSCOPE_BLOCK_THRESHOLD": "5000"}, False),
            (["--block-threshold=100"], {"LOOPSCOPE_BLOCK_THRESHOLD": "5000"}, True),
        ):
            path = self.write(SOURCE)
            command = [sys.executable, "-m", "loopscope", "run", "-o", "t.looptrace", *options, path]
            done = self.finish(self.start(command, env=environment(PYTHONPATH=RUNTIME, **env)))
            self.assertEqual((done.returncode, done.stderr), (0, b""))
            self.assertEqual(bool(self.samples(self.load())), some, options)

    def test_bad_threshold(self) -> None:
        done = self.finish(self.start([sys.executable, "-m", "loopscope", "run", "--block-threshold", "soon", "x.py"]))
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"--block-threshold needs a number of milliseconds", done.stderr)

    def test_objects_of_a_sampled_step_die_in_their_thread(self) -> None:
        """The sampler keeps no frame: what a function's locals held is gone when the function is."""
        self.record(
            """
            import asyncio, threading, time
            class Canary:
                def __del__(self): died.append(threading.get_ident())
            died = []
            def hold():
                canary = Canary()
                time.sleep(0.004)
            async def main():
                for _ in range(60): hold()
            asyncio.run(main())
            assert died == [threading.get_ident()] * 60, died
            """,
            "--flag-of-the-program",
        )

    def test_a_function_that_has_not_begun_took_no_time(self) -> None:
        """Where another thread may look first: the line that calls is told, and not a `def`."""
        seen: List[Tuple[str, str]] = []

        def look(frame: FrameType, event: str, argument: Any) -> Any:
            if frame.f_code.co_name in ("plain", "closed_over", "wait"):
                seen.append((f"{frame.f_code.co_name} {event}", begun(frame).f_code.co_name))
            return look

        def plain() -> None:
            pass

        def closed_over(value: int) -> Any:
            return lambda: value

        async def wait() -> None:
            pass

        def caller() -> None:
            plain()
            closed_over(1)
            try:
                wait().send(None)
            except StopIteration:
                pass

        before = sys.gettrace()
        sys.settrace(look)
        try:
            caller()
        finally:
            sys.settrace(before)
        begins = [outer for event, outer in seen if event.endswith(" call")]
        self.assertEqual(begins, ["caller"] * 3)
        self.assertEqual({outer for event, outer in seen if event.endswith(" line")}, {"plain", "closed_over", "wait"})


if __name__ == "__main__":
    unittest.main()
