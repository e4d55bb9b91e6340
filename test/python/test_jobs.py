"""The jobs of executors: submitted where, run in which thread, ended how."""

import sys
import unittest

from recorded import ProgramTest
from rows import proves

SOURCE = """
import asyncio, concurrent.futures, functools, threading
gate = threading.Event()
def waits(): gate.wait(30)
def fails(): raise ValueError("bad")
def quick(): gate.set()
async def main():
    loop = asyncio.get_event_loop()
    pool = concurrent.futures.ThreadPoolExecutor(1, thread_name_prefix="worker")
    slow = loop.run_in_executor(pool, waits)  # waits
    queued = loop.run_in_executor(pool, fails)
    dropped = loop.run_in_executor(pool, quick)
    dropped.cancel()
    loop.call_later(0.02, gate.set)
    await slow
    try: await queued
    except ValueError: pass
    await loop.run_in_executor(pool, functools.partial(quick))
    gate.clear()
    loop.call_soon(gate.set)  # so that the job is not done before it is awaited
    if hasattr(asyncio, "to_thread"): await asyncio.to_thread(waits)
    pool.shutdown()
asyncio.run(main())
"""
WELL, FAILED, CANCELLED = 1, 2, 3


class Jobs(ProgramTest):
    @proves("executor")
    def test_thread_pool(self) -> None:
        trace = self.record(SOURCE)
        submits = [e for e in trace.events if e.kind == "JOB_SUBMIT"]
        labels = [trace.objects[e.a]["label"] for e in submits][: 5 if sys.version_info >= (3, 9) else 4]
        self.assertEqual(labels, ["waits", "fails", "quick", "quick", "waits"][: len(labels)])
        self.assertEqual(trace.frames(submits[0].aux)[0], f"main:{self.lines(SOURCE)['waits']}")
        ends = {e.a: e.aux for e in trace.events if e.kind == "JOB_END"}
        self.assertEqual(
            [ends[e.a] for e in submits][: len(labels)], [WELL, FAILED, CANCELLED, WELL, WELL][: len(labels)]
        )
        begins = {e.a: e for e in trace.events if e.kind == "JOB_BEGIN"}
        self.assertNotIn(submits[2].a, begins)
        first, second = begins[submits[0].a], begins[submits[1].a]
        self.assertTrue(trace.streams[first.stream]["name"].startswith("worker"))
        self.assertEqual(first.stream, second.stream)
        done = next(e for e in trace.events if e.kind == "JOB_END" and e.a == first.a)
        self.assertGreaterEqual(second.time, done.time)  # one thread: the second waited for its turn
        pool = submits[0].b
        self.assertEqual(trace.objects[pool]["label"], "ThreadPoolExecutor")
        self.assertEqual([e.b for e in trace.events if e.kind == "CAPACITY" and e.a == pool], [1])
        waits = [wait for wait in trace.waits("Task-1") if wait["kind"] == "executor"]
        self.assertEqual(waits[0]["target"], (submits[0].a, "waits"))
        if len(labels) == 5:
            self.assertEqual([w["target"] for w in waits if w["label"] == "to_thread"], [(submits[4].a, "waits")])

    @proves("executor")
    def test_process_pool(self) -> None:
        trace = self.record(
            """
            import asyncio, concurrent.futures, os
            async def main():
                with concurrent.futures.ProcessPoolExecutor(1) as pool:
                    print(await asyncio.get_event_loop().run_in_executor(pool, abs, -3))
            if __name__ == "__main__": asyncio.run(main())
            """
        )
        self.assertEqual((self.done.stdout, self.done.stderr), (b"3\n", b""))
        kinds = [e.kind for e in sorted(trace.events, key=lambda e: e.time) if e.kind.startswith("JOB")]
        self.assertEqual(kinds, ["JOB_SUBMIT", "JOB_BEGIN", "JOB_END"])
        (job,) = (e.a for e in trace.events if e.kind == "JOB_SUBMIT")
        self.assertEqual(trace.objects[job]["label"], "abs")

    def test_other_futures_are_no_jobs(self) -> None:
        trace = self.record(
            """
            import asyncio, threading
            async def main():
                loop = asyncio.get_event_loop()
                def submits(): asyncio.run_coroutine_threadsafe(asyncio.sleep(0), loop).result()
                thread = threading.Thread(target=submits)
                thread.start()
                while thread.is_alive(): await asyncio.sleep(0.001)
            asyncio.run(main())
            """
        )
        self.assertEqual([e for e in trace.events if e.kind.startswith("JOB")], [])

    def test_without_a_loop(self) -> None:
        """Events are written while the program runs, also when no loop does."""
        trace = self.record(
            """
            import asyncio, concurrent.futures, os, sys, time
            with concurrent.futures.ThreadPoolExecutor(1) as pool: pool.submit(int).result()
            end = time.monotonic() + 20
            size = os.path.getsize("t.looptrace")
            while os.path.getsize("t.looptrace") == size and time.monotonic() < end: time.sleep(0.01)
            os._exit(0)
            """
        )
        self.assertEqual([e.kind for e in trace.events if e.kind.startswith("JOB")][-1:], ["JOB_END"])


if __name__ == "__main__":
    unittest.main()
