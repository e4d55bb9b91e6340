"""Taking loops into the trace: new ones, and those that run already, with the tasks that they have."""

import asyncio
import sys
import weakref
from collections import deque
from typing import Any, Callable

from . import _eager, _uvloop
from ._present import meet_all
from ._queue import QuietQueue, ReadyQueue, record
from ._uvloop import ready_of
from ._watched import Current

_getframe = sys._getframe
_RUN_FOREVER = asyncio.BaseEventLoop.run_forever.__code__
_PLAIN = (deque, QuietQueue)


def adopt(loop: Any, current: Current, on_loop: Callable[[], None]) -> None:
    """Put a recording queue into a loop that has a plain one. In its own thread, or while nothing runs it."""
    recorder = current()
    if recorder.output is None:
        return
    ready = ready_of(loop)
    if type(ready) in _PLAIN:
        queue = record(loop, recorder)
        recorder.queues = [known for known in recorder.queues if known() is not None]
        recorder.queues.append(weakref.ref(queue))
        if queue.uvloop:
            _uvloop.tell_missing(recorder)
        _eager.adopted(loop, current)
        on_loop()
    elif ready is None and _uvloop.is_uvloop(loop):
        _uvloop.tell(recorder, _uvloop.UNKNOWN)


def join(loop: Any, current: Current, on_loop: Callable[[], None]) -> None:
    """A callback of a loop that was running before it was recorded: from here on it is, with all its tasks."""
    recorder = current()
    try:
        if type(ready_of(loop)) not in _PLAIN:
            return
        if _uvloop.is_uvloop(loop):
            loop.call_later(_uvloop.ASIDE_S, _joined, loop, current, on_loop)
        else:
            _joined(loop, current, on_loop)
    except Exception:
        recorder.broke()


def _joined(loop: Any, current: Current, on_loop: Callable[[], None]) -> None:
    recorder = current()
    try:
        adopt(loop, current, on_loop)
        queue = ready_of(loop)
        if isinstance(queue, ReadyQueue) and not queue.thread:
            queue.late = int(queue.uvloop)
            queue.start(True, _runner(_getframe()))
            meet_all(queue, asyncio.all_tasks(loop), current)
    except Exception:
        recorder.broke()


def _runner(frame: Any) -> Any:
    """The frame of `run_forever`, as at the start of a loop that is recorded from there."""
    innermost = frame
    while frame is not None and frame.f_code is not _RUN_FOREVER:
        frame = frame.f_back
    return frame or innermost
