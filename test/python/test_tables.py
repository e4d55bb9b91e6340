"""Definitions keep their numbers, wherever Ctrl-C interrupts the thread that makes them."""

import struct
import sys
import unittest
from types import FrameType
from typing import Any, List

from loopscope import _schema as schema
from loopscope import _tables


class Interrupted(BaseException):
    """What a signal handler raises, as Ctrl-C does."""


class InterruptsAt:
    """Traces the instructions of `_tables` and raises in front of the `count`th; `done` where there are fewer."""

    def __init__(self, count: int) -> None:
        self.left, self.done = count, False

    def __call__(self, frame: FrameType, event: str, argument: object) -> Any:
        if frame.f_code.co_filename != _tables.__file__:
            return None
        frame.f_trace_opcodes = True
        if event == "opcode":
            self.left -= 1
            if self.left == 0:
                self.done = True
                raise Interrupted
        return self


@unittest.skipIf(sys.version_info[:2] == (3, 12), "3.12 does not trace instructions reliably")
class Definitions(unittest.TestCase):
    def test_interrupted_anywhere(self) -> None:
        tables, line, at = _tables.Tables(), 0, 0
        interrupted = True
        while interrupted:
            at, line = at + 1, line + 1
            interrupts = InterruptsAt(at)
            sys.settrace(interrupts)
            try:
                tables.intern(schema.DEF_LOCATION, line, 2, 3)
            except Interrupted:
                pass
            finally:
                sys.settrace(None)
            interrupted = interrupts.done
            again = tables.intern(schema.DEF_LOCATION, line, 2, 3)
            self.assertGreater(again, 0)
            self.assertEqual(again, tables.intern(schema.DEF_LOCATION, line, 2, 3))
        self.assertGreater(at, 20)
        records, count = tables.take()
        idents = self.idents(records)
        self.assertEqual(idents, list(range(1, count + 1)))

    @staticmethod
    def idents(records: bytes) -> List[int]:
        size = 4 + 4 * 4
        return [struct.unpack_from("<I", records, at + 4)[0] for at in range(0, len(records), size)]


if __name__ == "__main__":
    unittest.main()
