"""What a suspended frame would do with a CancelledError, read from its code's table of exceptions (3.11 and newer)."""

import dis
import sys
from types import CodeType
from typing import Any, Dict, Iterator, List

_parse: Any = getattr(dis, "_parse_exception_table", None) if sys.version_info >= (3, 11) else None
KNOWN = _parse is not None
_NAMES = {"CancelledError", "BaseException"}
# An `except` that can catch it; what surrounds the inside of a handler; `finally`, `with` and any other `except`.
_EXCEPT, _CLEANUP, _OTHER = 1, 2, 3
_MOST = 64


class _Code:
    """A code object's handlers, by the offset at which they begin."""

    def __init__(self, code: CodeType) -> None:
        self.ranges = [(entry.start, entry.end, entry.target) for entry in _parse(code)]
        self._steps: List[Any] = list(dis.get_instructions(code))
        self._at = {step.offset: index for index, step in enumerate(self._steps)}
        self._suppresses = "suppress" in code.co_names
        self._kinds: Dict[int, int] = {}

    def kind(self, target: int) -> int:
        """What the handler at this offset is, 0 = the interpreter's own around each await and each coroutine."""
        found = self._kinds.get(target)
        if found is None:
            found = self._kinds[target] = self._look_at(self._at.get(target, 0))
        return found

    def _look_at(self, index: int) -> int:
        first, second = self._steps[index].opname, self._steps[index + 1].opname
        if first in ("CLEANUP_THROW", "CALL_INTRINSIC_1"):
            return 0
        if first != "PUSH_EXC_INFO":
            return _CLEANUP
        if second == "WITH_EXCEPT_START":
            return _EXCEPT if self._suppresses else _OTHER
        return _EXCEPT if second == "POP_TOP" or self._names_it(index) else _OTHER

    def _names_it(self, index: int) -> bool:
        """Whether one of the `except` clauses that begin here names it, or none."""
        names: List[object] = []
        for position in range(index + 1, len(self._steps)):
            step = self._steps[position]
            if step.opname == "CHECK_EXC_MATCH":
                if _NAMES.intersection(names):
                    return True
                next_clause = self._at.get(self._steps[position + 1].argval, 0)
                if self._steps[next_clause].opname == "POP_TOP":
                    return True
            elif step.opname == "RERAISE":
                break
            names = [*names, step.argval] if step.opname.startswith(("LOAD_", "BUILD_TUPLE")) else []
        return False


_codes: Dict[CodeType, _Code] = {}


def catches(code: CodeType, offset: int) -> bool:
    """Whether an `except` around this offset can catch it."""
    return _EXCEPT in _around(code, offset)


def handles(code: CodeType, offset: int) -> bool:
    """Whether this offset is inside a handler: what has been caught may yet be raised again."""
    before = _CLEANUP
    for kind in _around(code, offset):
        if kind == _CLEANUP == before:  # it follows its own handler where that has not been entered
            return True
        before = kind
    return False


def _around(code: CodeType, offset: int) -> Iterator[int]:
    """The handlers around an offset, innermost first."""
    known = _codes.get(code)
    if known is None:
        known = _codes[code] = _Code(code)
    for _ in range(_MOST):
        target = next((target for start, end, target in known.ranges if start <= offset < end), None)
        if target is None:
            return
        kind = known.kind(target)
        if kind:
            yield kind
        offset = target
