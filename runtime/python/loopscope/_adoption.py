"""Taking loops into the trace: new ones, and those that run already, with the tasks that they have."""

import asyncio
import sys
import weakref
from collections import deque
from typing import Any, Callable

from . import _eager
from ._present import meet_all
from ._queue import QuietQueue, ReadyQueue, record
from ._watched import Current

_getframe = sys._getframe
_RUN_FOREVER = asyncio.BaseEventLoop.run_forever.__code__
_PLAIN = (deque, QuietQueue)


def adopt(loop: Any, current: Current, on_loop: Callable[[], None]) -> None:
    """Put a recording queue into a loop that has a plain one. In its own thread, or while nothing runs it."""
    recorder = current()
    if recorder.output is not None and type(getattr(loop, "_ready", None)) in _PLAIN:
        queue = record(loop, recorder)
        recorder.queues = [known for known in recorder.queues if known() is not None]
        recorder.queues.append(weakref.ref(queue))
        _eager.adopted(loop, current)
        on_loop()


def join(loop: Any, current: Current, on_loop: Callable[[], None]) -> None:
    """A callback of a loop that was running before it was recorded: from here on it is, with all its tasks."""
    recorder = current()
    try:
        if type(getattr(loop, "_ready", None)) not in _PLAIN:
            return
        adopt(loop, current, on_loop)
        queue = loop._ready
        if isinstance(queue, ReadyQueue):
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
