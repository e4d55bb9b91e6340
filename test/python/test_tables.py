"""Definitions keep their numbers, wherever a signal's handler interrupts the thread that makes them."""

import struct
import sys
import unittest
from functools import partial
from types import FrameType
from typing import Any, Callable, List

from loopscope import _schema as schema
from loopscope import _tables


class Interrupted(BaseException):
    """What a signal handler raises, as Ctrl-C does."""


class InterruptsAt:
    """Traces the instructions of `_tables` and calls `handler` in front of the `count`th; then `done`."""

    def __init__(self, count: int, handler: Callable[[], None]) -> None:
        self.left, self.done, self.handler = count, False, handler

    def __call__(self, frame: FrameType, event: str, argument: object) -> Any:
        if frame.f_code.co_filename != _tables.__file__:
            return None
        frame.f_trace_opcodes = True
        if event == "opcode":
            self.left -= 1
            if self.left == 0:
                self.done = True
                self.handler()
        return self


def ctrl_c() -> None:
    raise Interrupted


@unittest.skipIf(sys.version_info[:2] == (3, 12), "3.12 does not trace instructions reliably")
class Definitions(unittest.TestCase):
    def test_interrupted_anywhere(self) -> None:
        self.interrupt(lambda tables, line: ctrl_c())

    def test_a_handler_defines_something_else(self) -> None:
        def defines(tables: _tables.Tables, line: int) -> None:
            tables.intern(schema.DEF_LOCATION, line, 4, 5)

        self.interrupt(defines)

    def test_a_handler_defines_the_same(self) -> None:
        def defines(tables: _tables.Tables, line: int) -> None:
            tables.intern(schema.DEF_LOCATION, line, 2, 3)

        self.interrupt(defines)

    def test_a_handler_defines_something_and_raises(self) -> None:
        def both(tables: _tables.Tables, line: int) -> None:
            tables.intern(schema.DEF_LOCATION, line, 4, 5)
            ctrl_c()

        self.interrupt(both)

    def interrupt(self, handler: Callable[[_tables.Tables, int], None]) -> None:
        """Define one location after the other, each interrupted one instruction later, until one is through."""
        tables, at = _tables.Tables(), 0
        interrupted = True
        while interrupted:
            at += 1
            interrupts = InterruptsAt(at, partial(handler, tables, at))
            sys.settrace(interrupts)
            try:
                tables.intern(schema.DEF_LOCATION, at, 2, 3)
            except Interrupted:
                pass
            finally:
                sys.settrace(None)
            interrupted = interrupts.done
            again = tables.intern(schema.DEF_LOCATION, at, 2, 3)
            self.assertGreater(again, 0)
            self.assertEqual(again, tables.intern(schema.DEF_LOCATION, at, 2, 3))
        self.assertGreater(at, 20)
        records, count = tables.take()
        self.assertEqual(self.idents(records), list(range(1, count + 1)))

    @staticmethod
    def idents(records: bytes) -> List[int]:
        size = 4 + 4 * 4
        return [struct.unpack_from("<I", records, at + 4)[0] for at in range(0, len(records), size)]


if __name__ == "__main__":
    unittest.main()
