"""Task groups, timeouts and gathers: what belongs together, from when until when, and how it ended."""

import asyncio
import dis
import sys
import weakref
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any, Iterator, Tuple

from . import _schema as schema
from ._format import AUX_MAX
from ._requests import CANCEL_ALL, cancelled_by_run
from ._stacks import CREATION_DEPTH
from ._watched import UNSET, Current, Watched, WatchedElsewhere, WatchedReads, unseen

if TYPE_CHECKING:
    from ._recorder import Recorder

_getframe = sys._getframe
WELL, FAILED, CANCELLED = 1, 2, 3
Gathering: Any = asyncio.tasks._GatheringFuture  # type: ignore[attr-defined]
TaskGroup: Any = getattr(asyncio, "TaskGroup", None)  # 3.11 and newer
_Timeout: Any = getattr(asyncio, "Timeout", None)  # 3.11 and newer
# Where a group's `async with` ends: `_aexit` from 3.14 on.
_EXIT: Any = getattr(getattr(TaskGroup, "_aexit", getattr(TaskGroup, "__aexit__", None)), "__code__", None)
_EXIT_READ = "_base_error"


def hooks(current: Current) -> "Iterator[Tuple[Any, str, Any]]":
    yield Gathering, "_children", WatchedElsewhere("_children", current, _gather)
    if TaskGroup is not None:
        yield TaskGroup, "_parent_task", Watched("_parent_task", current, _group_entered)
        yield TaskGroup, "_tasks", Watched("_tasks", current, group_made(current))
        yield TaskGroup, _EXIT_READ, WatchedReads(_EXIT_READ, current, unseen, _group_left)
    if _Timeout is not None:
        yield _Timeout, "_state", Watched("_state", current, _timeout)


def _open(recorder: "Recorder", scope: Any, kind: int, label: str, owner: int = -1) -> int:
    """A scope opens, three frames further out than this one. Its id."""
    stack = recorder.stacks.caller(_getframe(3), CREATION_DEPTH, True)
    ident = recorder.objects.ident(scope, kind, stack, label)
    extend, task = recorder.actor()
    word = schema.EV_SCOPE_OPEN | (stack << 8 if stack <= AUX_MAX else 0)
    extend((word, perf_counter_ns(), ident, task if owner < 0 else owner))
    return ident


def _close(recorder: "Recorder", scope: Any, how: int) -> None:
    ident = recorder.objects.known(scope)
    if ident:
        extend, task = recorder.actor()
        extend((schema.EV_SCOPE_CLOSE | how << 8, perf_counter_ns(), ident, task))


def outcome(kind: Any) -> int:
    """How a block ended that was left with this type of exception, None = none."""
    if kind is None:
        return WELL
    return CANCELLED if issubclass(kind, asyncio.CancelledError) else FAILED


# gather: a future of a class of its own, which closes when it is done.


def _gather(recorder: "Recorder", gathering: Any, before: Any, children: Any) -> None:
    if before is not UNSET:
        return
    frame = _getframe(4)
    if frame.f_code is CANCEL_ALL:
        cancelled_by_run(recorder, children, frame)
    ident = _open(recorder, gathering, schema.OBJECT_GATHER, "gather")
    refs, extend = recorder.tasks.refs, recorder.stream().extend
    time = perf_counter_ns()
    for child in dict.fromkeys(map(id, children)):
        ref = refs.get(child)
        if ref is not None:
            extend((schema.EV_SCOPE_CHILD, time, ident, ref.id))


def gathered(recorder: "Recorder", gathering: Any) -> None:
    """A gather is done: what waits for it was scheduled, or another callback of it (3.14 adds one)."""
    ref = recorder.objects.refs.get(id(gathering))
    if ref is None or ref.told:
        return
    ref.told = 1
    if gathering._state == "CANCELLED":
        how = CANCELLED
    else:
        error = gathering._exception
        how = WELL if error is None else outcome(type(error))
    _close(recorder, gathering, how)


# wait: a scope for each call that suspends. It closes where its owner goes on, for which there is no event of its own.

MAX_JOINED = 100  # a loop that waits for the first of thousands would write them all each time


def joins(recorder: "Recorder", owner: int, waiter: Any, stack: int, time: int) -> None:
    """The task `owner` suspends in `asyncio.wait` on its future `waiter`, for the tasks in `Awaits.joined`."""
    joined, recorder.awaits.joined = recorder.awaits.joined, None
    if waiter is None or len(joined) > MAX_JOINED:
        return
    ident = recorder.objects.ident(waiter, schema.OBJECT_WAIT, stack, "wait")
    refs, extend = recorder.tasks.refs, recorder.stream().extend
    word = schema.EV_SCOPE_OPEN | (stack << 8 if stack <= AUX_MAX else 0)
    extend((word, time, ident, owner))
    # By their numbers: a set's order is that of addresses, and differs from run to run.
    found = [refs.get(id(member)) for member in joined]
    for member in sorted(ref.id for ref in found if ref is not None):
        extend((schema.EV_SCOPE_CHILD, time, ident, member))


# TaskGroup: enters its block when it learns its parent, leaves it when it asks for the last time for its worst error.


class Members(set):  # type: ignore[type-arg]
    """A group's tasks; tells of those that are added."""

    __slots__ = ("_current", "_group")

    def add(self, task: Any) -> None:
        set.add(self, task)
        recorder = self._current()
        if recorder is not None and recorder.output is not None:
            try:
                ref, group = recorder.tasks.refs.get(id(task)), self._group()
                if ref is not None and group is not None:
                    ident = recorder.objects.ident(group, schema.OBJECT_TASK_GROUP)
                    recorder.stream().extend((schema.EV_SCOPE_CHILD, perf_counter_ns(), ident, ref.id))
            except Exception:
                recorder.broke()


def group_made(current: Current) -> Any:
    def seen(recorder: "Recorder", group: Any, before: Any, tasks: Any) -> None:
        if before is UNSET and type(tasks) is set:
            members = Members(tasks)
            members._current = current
            members._group = weakref.ref(group)
            group.__dict__["_tasks"] = members

    return seen


def _group_entered(recorder: "Recorder", group: Any, before: Any, task: Any) -> None:
    if task is not None:
        ref = recorder.tasks.refs.get(id(task))
        _open(recorder, group, schema.OBJECT_TASK_GROUP, "TaskGroup", ref.id if ref is not None else 0)


def _last_check() -> int:
    """Offset of `if self._base_error is not None: raise self._base_error`, with which a group's exit ends."""
    if _EXIT is None:
        return -1
    reads = [step.offset for step in dis.get_instructions(_EXIT) if step.argval == _EXIT_READ and "LOAD" in step.opname]
    return reads[-2] if len(reads) > 1 else -1


_LAST_CHECK = _last_check()


def _group_left(recorder: "Recorder", group: Any, base_error: Any) -> None:
    frame = _getframe(2)
    if frame.f_code is not _EXIT or frame.f_lasti != _LAST_CHECK:
        return
    values = frame.f_locals
    how = outcome(values.get("et"))
    if base_error is not None or group.__dict__.get("_errors"):
        how = FAILED
    elif how == WELL and values.get("propagate_cancellation_error") is not None:
        how = CANCELLED
    _close(recorder, group, how)


# timeout: an attribute says what state it is in.


def _timeout(recorder: "Recorder", timeout: Any, before: Any, state: Any) -> None:
    if state.name == "ENTERED":
        _open(recorder, timeout, schema.OBJECT_TIMEOUT, "timeout")
    elif state.name == "EXPIRED":
        _close(recorder, timeout, FAILED)
    elif state.name == "EXITED":
        _close(recorder, timeout, outcome(_getframe(2).f_locals.get("exc_type")))
