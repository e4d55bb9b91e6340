"""What threads other than the loop's put into its ready queue: properly, or past `call_soon_threadsafe`."""

import asyncio
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any

from . import _schema as schema
from ._format import AUX_MAX
from ._stacks import WAKER_DEPTH

if TYPE_CHECKING:
    from ._loop import LoopQueue

THREADSAFE: "set[Any]" = {asyncio.BaseEventLoop.call_soon_threadsafe.__code__}


def note_foreign(queue: "LoopQueue", frame: Any, handle: Any, task: int) -> None:
    """`frame` is what called the queue, `task` the id of the task whose step was scheduled, 0 = another callback.

    Only what goes through `call_soon_threadsafe` wakes a loop that polls.
    """
    recorder = queue.recorder
    stack = recorder.stacks.caller(frame, WAKER_DEPTH, True)
    aux = stack << 8 if stack <= AUX_MAX else 0
    extend = recorder.stream().extend
    caller = frame
    for _ in range(3):
        if caller is None:
            break
        if caller.f_code in THREADSAFE:
            location = recorder.stacks.callback(handle._callback)
            extend((schema.EV_THREADSAFE_CALL | aux, perf_counter_ns(), queue.identify(), location))
            return
        caller = caller.f_back
    extend((schema.EV_FOREIGN_CALL | aux, perf_counter_ns(), queue.identify(), task))
