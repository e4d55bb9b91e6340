"""What the trace defines once and refers to by number: strings, locations, stacks, loops, threads.

A definition is appended to `pending` before its id is given out, and whoever writes the file takes the
buffered events first and `pending` second. So a definition always stands before its first use.
"""

from _thread import allocate_lock, get_ident
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
        self._lock = allocate_lock()
        self._owner = 0

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
        thread = get_ident()
        if self._owner == thread:
            # A garbage collection or a signal handler interrupted this very function. Waiting would be a
            # deadlock, going on would tear the ids: the interrupting event does without its definition.
            return 0
        with self._lock:
            self._owner = thread
            try:
                ids = self._ids[kind]
                known = ids.get(key) if key is not None else None
                if known:
                    return known
                ident = self._counts[kind] + 1
                if kind == schema.DEF_STRING:
                    record = fmt.string(ident, fields)
                else:
                    record = fmt.definition(kind, ident, *fields)
                self.pending.append(record)
                self._counts[kind] = ident
                if key is not None:
                    ids[key] = ident
                return ident
            finally:
                self._owner = 0
