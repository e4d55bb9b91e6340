"""Definitions keep their numbers, wherever a signal's handler interrupts the thread that makes them."""

import struct
import unittest
from functools import partial
from typing import Callable, List

from interrupts import REASON, UNRELIABLE, ctrl_c, interrupt
from loopscope import _schema as schema
from loopscope import _tables


@unittest.skipIf(UNRELIABLE, REASON)
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
            define = partial(tables.intern, schema.DEF_LOCATION, at, 2, 3)
            interrupted = interrupt(at, partial(handler, tables, at), define) is not None
            again = define()
            self.assertGreater(again, 0)
            self.assertEqual(again, define())
        self.assertGreater(at, 20)
        records, count = tables.take()
        self.assertEqual(self.idents(records), list(range(1, count + 1)))

    @staticmethod
    def idents(records: bytes) -> List[int]:
        size = 4 + 4 * 4
        return [struct.unpack_from("<I", records, at + 4)[0] for at in range(0, len(records), size)]


if __name__ == "__main__":
    unittest.main()
