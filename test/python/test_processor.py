"""How long a loop's thread stood ready and got no processor is counted, where the system counts it."""

import os
import sys
import unittest
from typing import List

from loopscope._output import HIGH_FD
from loopscope._processor import Count
from recorded import ProgramTest
from rows import proves
from tracefile import Event, Trace

# Shares one processor with a process that computes, until the system says that it has waited long enough for it.
CROWDED = """
import asyncio, os, subprocess, sys
def waited():
    with open("/proc/thread-self/schedstat") as file:
        return int(file.read().split()[1])
async def main():
    await asyncio.sleep(0)
    began = waited()
    while waited() - began < 200_000_000: pass
    print(os.open("/dev/null", os.O_RDONLY))
one = {min(os.sched_getaffinity(0))}
os.sched_setaffinity(0, one)
other = subprocess.Popen([sys.executable, "-c", "while True: pass"])
try:
    asyncio.run(main())
finally:
    other.kill()
    other.wait()
"""


def is_counted() -> bool:
    try:
        with open("/proc/thread-self/schedstat") as file:
            return len(file.read().split()) == 3
    except OSError:
        return False


@unittest.skipUnless(is_counted(), "the system does not count for how long threads wait for a processor")
class Processor(ProgramTest):
    def waits(self, trace: Trace) -> List[Event]:
        return [e for e in trace.events if e.kind == "PROCESSOR_WAIT"]

    @proves("blocking")
    def test_a_crowded_processor(self) -> None:
        trace = self.record(CROWDED)
        first, *waits = self.waits(trace)
        self.assertEqual((first.b, trace.streams[first.a]["name"]), (0, "MainThread"))
        self.assertGreater(sum(wait.b for wait in waits), 150_000)  # µs; what is less than 1 ms at a time is not told
        before = first.time
        for wait in waits:
            self.assertGreaterEqual(wait.b, 1000)
            if wait.aux < 0xFFFFFF:  # each counts from where the one before may have ended, never from before the first
                self.assertGreaterEqual(wait.time - wait.aux * 1000, before - 1000)
            before = wait.time

    def test_the_program_sees_no_descriptor_more(self) -> None:
        source = """
            import asyncio, os
            async def main(): print(sorted(int(number) for number in os.listdir("/proc/self/fd") if int(number) < 100))
            asyncio.run(main())
            asyncio.run(main())
            """
        self.record(source)
        recorded = self.done.stdout
        plain = self.finish(self.start([sys.executable, self.path("program.py")]))
        self.assertEqual((recorded, plain.returncode), (plain.stdout, 0))

    def test_a_forked_child_counts_its_own_thread(self) -> None:
        self.record(
            """
            import asyncio, os
            async def main(): await asyncio.sleep(0)
            asyncio.run(main())
            if os.fork(): os.wait()
            else: asyncio.run(main())
            """
        )
        for name in self.traces():
            trace = self.load(name)
            self.assertEqual([(wait.a, wait.b) for wait in self.waits(trace)][:1], [(1, 0)], name)
        self.assertEqual(len(self.traces()), 2)

    def test_a_number_that_became_a_file_of_the_program_is_left_alone(self) -> None:
        """As when a daemon closes all descriptors and opens its own."""
        count = Count()
        number = count._fd
        self.assertGreaterEqual(number, HIGH_FD)
        os.close(number)
        with open(os.devnull) as file:
            os.dup2(file.fileno(), number)
        self.addCleanup(os.close, number)
        self.assertRaises(ValueError, count.read)
        count.close()
        os.fstat(number)


if __name__ == "__main__":
    unittest.main()
