"""What the trace defines once and refers to by number: strings, locations, stacks, loops, threads.

A definition is appended to `pending` before its id is given out, and whoever writes the file takes the
buffered events first and `pending` second. So a definition always stands before its first use.
"""

from _thread import RLock
from typing import Any, Dict, Hashable, List, Tuple

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
        self._busy = False

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
        count = len(self.pending)
        chunk = self.pending[:count]
        del self.pending[:count]
        return b"".join(chunk), count

    def _add(self, kind: int, key: Hashable, fields: Any) -> int:
        lock = self._lock
        lock.acquire()
        if self._busy:
            # A garbage collection or a signal handler interrupted this very function: going on would tear the
            # ids. The interrupting event does without its definition.
            lock.release()
            return 0
        self._busy = True
        try:
            if key is not None:
                ids = self._ids[kind]
                known = ids.get(key)
                if known:
                    return known
            ident = self._counts[kind] + 1
            record = fmt.string(ident, fields) if kind == schema.DEF_STRING else fmt.definition(kind, ident, *fields)
            self.pending.append(record)
            self._counts[kind] = ident
            if key is not None:
                ids[key] = ident
            return ident
        finally:
            self._busy = False
            lock.release()
