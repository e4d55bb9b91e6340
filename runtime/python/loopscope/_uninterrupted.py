"""What a signal's handler cannot come between.

In the main thread a handler runs between any two instructions of the interpreter's, and may raise there, as Ctrl-C
does. A `with` or a `finally` is no shelter: both begin and end with instructions of their own. What is shelter is one
call all of which is done in C, for handlers wait until it returns.
"""

import sys
from _thread import allocate_lock, get_ident
from collections import deque
from operator import setitem
from types import FrameType
from typing import Any, Callable, Dict, Iterable, List, Optional

# `do(map(function, …))` calls a function of C's for each row of its arguments, in one call. The interpreter allocates
# nothing for it that could set off a garbage collection in between.
do: Callable[[Iterable[Any]], None] = deque(maxlen=0).extend
_BEHIND = slice(sys.maxsize, sys.maxsize)  # of a list: behind its last
_PAUSE_S = 0.001


def move(source: List[Any], target: List[Any], label: Any) -> None:
    """Moves all that is in the source to the target, as one pair `(label, list)`. Others may append meanwhile."""
    chunk = source[:]
    do(map(setitem, (target, source), (_BEHIND, slice(0, len(chunk))), (((label, chunk),), ())))


class Turn:
    """What one call does that no two threads may do at a time; it ends with the call, however that ends."""

    __slots__ = ("_frame", "_thread", "next")

    def __init__(self, frame: Optional[FrameType]) -> None:
        self._frame = frame
        self._thread = get_ident()
        self.next: Dict[int, Turn] = {}

    def over(self) -> None:
        """Said by who does not need to be asked then."""
        self._frame = None

    def is_mine(self) -> bool:
        return self._thread == get_ident()

    def is_under_way(self) -> bool:
        wanted = self._frame
        if wanted is None:
            return False
        frame: Optional[FrameType] = sys._getframe() if self.is_mine() else sys._current_frames().get(self._thread)
        while frame is not None and frame is not wanted:
            frame = frame.f_back
        return frame is wanted


class Turns:
    """In the place of a lock, which would stay held for ever where an exception comes just after it was acquired."""

    def __init__(self) -> None:
        self._latest = Turn(None)

    def take(self, wait_s: float = 0.0) -> Optional[Turn]:
        """The turn of the function that calls; None while another has it, also one that this very call interrupts."""
        frame = sys._getframe(1)
        while True:
            latest = self._latest
            while latest.next:  # who took it could not say so any more
                latest = latest.next[0]
            if not latest.is_under_way():
                mine = Turn(frame)
                if latest.next.setdefault(0, mine) is mine:
                    self._latest = mine
                    return mine
            elif wait_s <= 0 or latest.is_mine():
                return None
            else:
                wait_s -= _PAUSE_S
                pause = allocate_lock()
                pause.acquire()
                pause.acquire(True, _PAUSE_S)
