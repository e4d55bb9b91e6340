"""Which callback keeps the loop from waiting, by scheduling itself again with `call_soon` while it runs.

Looked for only when the loop has not come to wait for `AFTER` iterations, and then for a few of them: a class in
the place of the queue's own, which compares what is scheduled with what runs.
"""

import sys
from _thread import get_ident
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any, Dict, Set

from . import _schema as schema
from ._format import AUX_MAX, U32_MAX
from ._stacks import CREATION_DEPTH
from ._tasks import OTHER, task_of

if TYPE_CHECKING:
    from ._loop import LoopQueue

AFTER = 100
ITERATIONS = 3
PAUSE = 10_000  # iterations, until it is looked for again
_getframe = sys._getframe
_watching: Dict[type, type] = {}  # by the queue's own class


class Repeats:
    """Of one loop, while it is looked at: what runs, and what was found."""

    def __init__(self) -> None:
        self.running = 0  # location of the callback
        self.found: Set[int] = set()


def spinning(queue: "LoopQueue") -> None:
    """The loop has not waited for `queue.spins` iterations, at least `AFTER`."""
    if queue.spins == AFTER:
        queue.repeats = queue.repeats or Repeats()
        own = type(queue)
        if own not in _watching:
            _watching[own] = _watching_class(own)
        queue.__class__ = _watching[own]  # type: ignore[assignment]
    elif queue.spins >= AFTER + ITERATIONS:
        enough(queue)


def enough(queue: "LoopQueue") -> None:
    queue.spins = -PAUSE
    for own, watching in _watching.items():
        if type(queue) is watching:
            queue.__class__ = own  # type: ignore[assignment]


def _watching_class(own: Any) -> type:
    class WatchingQueue(own):  # type: ignore[misc]
        __slots__ = ()

        def append(self, handle: Any) -> None:
            own.append(self, handle)
            try:
                if self.repeats.running and get_ident() == self.thread:
                    _scheduled(self, handle, _getframe(1))  # type: ignore[arg-type]
            except Exception:
                self.recorder.broke()

        def popleft(self) -> Any:
            handle = own.popleft(self)
            try:
                callback = handle._callback
                self.repeats.running = 0
                if task_of(callback)[0] == OTHER:
                    self.repeats.running = self.recorder.stacks.callback(callback)
            except Exception:
                self.recorder.broke()
            except BaseException:  # as in `_queue`
                self.appendleft(handle)
                raise
            return handle

    return WatchingQueue


def _scheduled(queue: "LoopQueue", handle: Any, frame: Any) -> None:
    stacks, repeats = queue.recorder.stacks, queue.repeats
    if task_of(handle._callback)[0] != OTHER:
        return
    location = stacks.callback(handle._callback)
    stack = stacks.caller(frame, CREATION_DEPTH, True) if location == repeats.running else 0
    if stack and location not in repeats.found:
        repeats.found.add(location)
        word = schema.EV_CALLBACK_REPEATS | (stack << 8 if stack <= AUX_MAX else 0)
        queue.recorder.stream().extend((word, perf_counter_ns(), location, min(queue.spins, U32_MAX)))
