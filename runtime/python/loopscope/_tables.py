"""What the trace defines once and refers to by number: strings, locations, stacks, loops, threads.

A definition is appended to `pending` before its id is given out, and whoever writes the file takes the
buffered events first and `pending` second. So a definition always stands before its first use.
"""

from itertools import count
from operator import concat
from typing import Any, Dict, Hashable, List, Tuple

from . import _format as fmt
from . import _schema as schema

_keep: Any = dict.setdefault


class Tables:
    """Interned definitions. Ids count from 1 in each kind; 0 means none."""

    def __init__(self) -> None:
        self.pending: List[bytes] = []
        self._ids: Dict[int, Dict[Hashable, int]] = {kind: {} for kind in range(1, 9)}
        self._strings = self._ids[schema.DEF_STRING]
        self._next = [count(1) for _ in range(9)]

    def define(self, kind: int, *fields: int) -> int:
        """A new definition that is not interned (a task, a loop, a thread, an object); its id."""
        return self._add(kind, fmt.numbers(fields))

    def intern(self, kind: int, *fields: int) -> int:
        """The id of the definition with exactly these fields."""
        ids = self._ids[kind]
        # Who was faster, another thread or a signal's handler, has defined it too; then there are two, and one is used.
        return ids.get(fields) or ids.setdefault(fields, self._add(kind, fmt.numbers(fields)))

    def string(self, text: str) -> int:
        return self._strings.get(text) or self._strings.setdefault(text, self.text(text))

    def text(self, text: str) -> int:
        """A string that is not worth remembering."""
        return self._add(schema.DEF_STRING, fmt.text(text))

    def location(self, file: str, function: str, line: int) -> int:
        return self.intern(schema.DEF_LOCATION, self.string(file), self.string(function), max(line or 0, 0))

    def stack(self, locations: List[int]) -> int:
        """Intern locations, outermost first; the id of the innermost frame."""
        ident = 0
        for location in locations:
            ident = self.intern(schema.DEF_STACK, ident, location)
        return ident

    def take(self) -> Tuple[bytes, int]:
        """The definitions that no block holds yet, and how many. For who is not interrupted."""
        chunk = self.pending[:]
        del self.pending[: len(chunk)]
        return b"".join(chunk), len(chunk)

    def _add(self, kind: int, payload: bytes) -> int:
        """The id is drawn while its record is appended, in one call of C's: no signal's handler, no garbage collection
        and no other thread comes in between, so the records stand in the order of their ids and none is missing."""
        drawn: Dict[str, int] = {}
        ident = map(_keep, (drawn,), ("id",), self._next[kind])
        self.pending.extend(map(concat, map(fmt.head, (fmt.word(kind, payload),), ident), (fmt.padded(payload),)))
        return drawn["id"]
