"""Programs on asyncio's own loop and on uvloop's: a class of tests for the one, and a subclass for the other."""

import importlib.util
import sys
import unittest
from typing import List

from recorded import ProgramTest
from test_accelerator import IN_USE
from tracefile import Trace

NEEDS_C = "what uvloop's methods are called with is seen by the accelerator alone"


class LoopTest(ProgramTest):
    """Programs that define `main()`, run by `asyncio.run`."""

    HEAD = "\nimport asyncio\n"
    RUN = "\nasyncio.run(main())\n"
    UVLOOP = False
    all_seen = True  # also what only the accelerator sees of uvloop's loops
    counts_descriptors = True
    keep = ""  # a file that the recorded program leaves: its text is `kept`

    def text(self, source: str) -> str:
        return self.HEAD + source + self.RUN

    def record_main(self, source: str, status: int = 0) -> Trace:
        trace = self.record(self.text(source), status=status)
        if self.keep:
            with open(self.path(self.keep)) as file:
                self.kept = file.read()
        return trace

    def inner(self, frames: List[str]) -> List[str]:
        """The frames of a stack that are the test's program."""
        return frames


@unittest.skipUnless(importlib.util.find_spec("uvloop"), "uvloop is not installed for this Python")
class OnUvloop(LoopTest):
    """On uvloop; and the program prints the same when it is not recorded."""

    HEAD = "\nimport asyncio, uvloop\n"
    RUN = "\nuvloop.run(main())\n"
    UVLOOP = True
    all_seen = IN_USE
    counts_descriptors = IN_USE and sys.platform == "linux" and sys.maxsize > 2**32

    def record_main(self, source: str, status: int = 0) -> Trace:
        trace = super().record_main(source, status)
        plain = self.finish(self.start([sys.executable, self.path("program.py")]))
        self.assertEqual((self.done.stdout, self.done.stderr), (plain.stdout, plain.stderr))
        self.assertEqual(self.done.returncode, plain.returncode)
        return trace

    def inner(self, frames: List[str]) -> List[str]:
        names = [frame.partition(":")[0] for frame in frames]
        return frames[: [*names, "wrapper"].index("wrapper")]  # which is uvloop.run's own
