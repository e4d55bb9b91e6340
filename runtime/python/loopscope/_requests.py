"""Cancel requests that leave no wake-up behind: `cancel()` of a task that is ready or has not started only sets a flag.

A task group that aborts, a gather that is cancelled, and `asyncio.run` as it ends, are seen at it; who else did it is
left to the reader of the trace, which knows what ran between the task's readiness and its next step.
"""

import asyncio
import sys
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any, Iterator, Tuple

from . import _schema as schema
from ._caught import requested
from ._format import AUX_MAX
from ._stacks import WAKER_DEPTH
from ._tasks import HAS_CANCELLING, cancelling
from ._watched import Current, Watched, WatchedElsewhere

if TYPE_CHECKING:
    from ._recorder import Recorder

_getframe = sys._getframe
_Group: Any = getattr(asyncio, "TaskGroup", None)  # 3.11 and newer
_Gathering: Any = asyncio.tasks._GatheringFuture  # type: ignore[attr-defined]
CANCEL_ALL: Any = asyncio.runners._cancel_all_tasks.__code__  # type: ignore[attr-defined]


def hooks(current: Current) -> "Iterator[Tuple[Any, str, Any]]":
    if _Group is not None:
        yield _Group, "_aborting", Watched("_aborting", current, _aborting)
    yield _Gathering, "_cancel_requested", WatchedElsewhere("_cancel_requested", current, _gather_cancelled)


def _aborting(recorder: "Recorder", group: Any, before: Any, aborting: Any) -> None:
    """The group is about to cancel its tasks. Those that wait will be woken by it, and seen so."""
    if aborting is True:
        for task in group.__dict__.get("_tasks") or ():
            if not _waits(task) and task._state == "PENDING":
                _requested(recorder, task, _getframe(2), cancelling(task) + 1)


def _gather_cancelled(recorder: "Recorder", gathering: Any, before: Any, requested: Any) -> None:
    """`cancel()` of a gather has cancelled its children."""
    if requested is True:
        _flagged(recorder, gathering._children, _getframe(2))


def cancelled_by_run(recorder: "Recorder", tasks: Any, frame: Any) -> None:
    """`asyncio.run` has cancelled what is left of the program's tasks."""
    _flagged(recorder, tasks, frame)


def _flagged(recorder: "Recorder", tasks: Any, frame: Any) -> None:
    """Tell of those of the tasks that have been cancelled and were not woken by it."""
    for task in tasks:
        if getattr(task, "_must_cancel", False):
            _requested(recorder, task, frame, cancelling(task) if HAS_CANCELLING else 1)


def _waits(task: Any) -> bool:
    future = task._fut_waiter
    return future is not None and getattr(future, "_state", "PENDING") == "PENDING"


def _requested(recorder: "Recorder", task: Any, frame: Any, count: int) -> None:
    ref = recorder.tasks.refs.get(id(task))
    if ref is None or count <= ref.cancelling:
        return
    ref.cancelling = count
    requested(recorder, task, ref)
    stack = recorder.stacks.caller(frame, WAKER_DEPTH, False)
    extend, requester = recorder.actor()
    word = schema.EV_CANCEL_REQUEST | (stack << 8 if stack <= AUX_MAX else 0)
    extend((word, perf_counter_ns(), ref.id, requester))
