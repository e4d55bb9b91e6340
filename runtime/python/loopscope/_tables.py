"""What the trace defines once and refers to by number: strings, locations, stacks, loops, threads.

A definition is appended to `pending` before its id is given out, and whoever writes the file takes the
buffered events first and `pending` second. So a definition always stands before its first use.
"""

import sys
from _thread import RLock
from types import FrameType
from typing import Any, Dict, Hashable, List, Optional, Tuple

from . import _format as fmt
from . import _schema as schema


class Tables:
    """Interned definitions. Ids count from 1 in each kind; 0 means none."""

    def __init__(self) -> None:
        self.pending: List[bytes] = []
        self._ids: Dict[int, Dict[Hashable, int]] = {kind: {} for kind in range(1, 9)}
        self._strings = self._ids[schema.DEF_STRING]
        self._counts = [0] * 9
        self._lock = RLock()  # a thread may interrupt itself
        self._busy: Optional[FrameType] = None

    def define(self, kind: int, *fields: int) -> int:
        """A new definition that is not interned (a task, a loop, a thread, an object); its id, 0 if refused."""
        return self._add(kind, None, fields)

    def intern(self, kind: int, *fields: int) -> int:
        """The id of the definition with exactly these fields."""
        return self._ids[kind].get(fields) or self._add(kind, fields, fields)

    def string(self, text: str) -> int:
        return self._strings.get(text) or self._add(schema.DEF_STRING, text, text)

    def text(self, text: str) -> int:
        """A string that is not worth remembering."""
        return self._add(schema.DEF_STRING, None, text)

    def location(self, file: str, function: str, line: int) -> int:
        return self.intern(schema.DEF_LOCATION, self.string(file), self.string(function), max(line or 0, 0))

    def stack(self, locations: List[int]) -> int:
        """Intern locations, outermost first; the id of the innermost frame."""
        ident = 0
        for location in locations:
            ident = self.intern(schema.DEF_STACK, ident, location)
        return ident

    def take(self) -> Tuple[bytes, int]:
        """The definitions that no block holds yet, and how many."""
        with self._lock:
            count = len(self.pending)
            chunk = self.pending[:count]
            del self.pending[:count]
        return b"".join(chunk), count

    def _add(self, kind: int, key: Hashable, fields: Any) -> int:
        with self._lock:
            if self._busy is not None and _runs(self._busy):
                # A garbage collection or a signal handler interrupted this very function: going on would tear the
                # ids. The interrupting event does without its definition.
                return 0
            record, ident = None, 0
            ids = self._ids[kind]
            try:
                self._busy = sys._getframe()
                ident = self._counts[kind] + 1  # not before: a signal's handler may have defined something meanwhile
                if key is not None:
                    known = ids.get(key)
                    if known:
                        return known
                if kind == schema.DEF_STRING:
                    record = fmt.string(ident, fields)
                else:
                    record = fmt.definition(kind, ident, *fields)
                self.pending.append(record)
                self._counts[kind] = ident
                if key is not None:
                    ids[key] = ident
                return ident
            except BaseException:
                # Ctrl-C may come between any two of these lines: what is to be written has its id.
                if record is not None and self.pending and self.pending[-1] is record:
                    self._counts[kind] = ident
                    if key is not None:
                        ids[key] = ident
                raise
            finally:
                self._busy = None


def _runs(frame: FrameType) -> bool:
    """Whether the calling thread is inside `frame`: Ctrl-C may have ended it before it could say that it is over."""
    outer: Optional[FrameType] = sys._getframe(1)
    while outer is not None and outer is not frame:
        outer = outer.f_back
    return outer is frame
