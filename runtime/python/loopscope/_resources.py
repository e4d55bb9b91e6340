"""Who holds a lock or a semaphore's slots, whether an event is set, how many wait at a barrier.

Each is told by the one attribute in which asyncio keeps it. All of them work for objects that are older than
the recording, and for subclasses. Taking and releasing a free lock: 0.8 µs, recorded 8 (3.13, saturated).
"""

import asyncio
import sys
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any, Iterator, Tuple

from . import _schema as schema
from ._cancels import waiting_tasks
from ._format import AUX_MAX, U32_MAX
from ._stacks import CREATION_DEPTH
from ._watched import UNSET, Current, Watched

if TYPE_CHECKING:
    from ._recorder import Recorder

_getframe = sys._getframe
HOLDER_DEPTH = 4  # the cost of a walk is in its frames; what holds a lock is near
_Semaphore: Any = asyncio.Semaphore
_Event: Any = asyncio.Event
# From 3.10.13 on the releaser takes the slot for the waiter that it wakes.
_HANDS_OVER: Any = _Semaphore._wake_up_next.__code__
_QUEUES: str = asyncio.Queue.put_nowait.__code__.co_filename


def hooks(current: Current) -> "Iterator[Tuple[Any, str, Any]]":
    yield asyncio.Lock, "_locked", Watched("_locked", current, _lock)
    yield _Semaphore, "_value", Watched("_value", current, _semaphore)
    yield _Event, "_value", Watched("_value", current, _event)
    yield asyncio.Condition, "_lock", Watched("_lock", current, _condition)
    barrier = getattr(asyncio, "Barrier", None)
    if barrier is not None:
        yield barrier, "_count", Watched("_count", current, _barrier)


def created(recorder: "Recorder", value: Any, kind: int, capacity: int = -1) -> int:
    """Define an object whose `__init__` runs, three frames further out than this one."""
    stack = recorder.stacks.caller(_getframe(3), CREATION_DEPTH, True)
    ident = recorder.objects.ident(value, kind, stack)
    if ident and capacity >= 0:
        event = (schema.EV_CAPACITY, perf_counter_ns(), ident, min(capacity, U32_MAX))
        recorder.stream().extend(event)
    return ident


def level(recorder: "Recorder", ident: int, value: int, depth: int = HOLDER_DEPTH) -> None:
    stack = recorder.stacks.caller(_getframe(3), depth, True)
    event = (schema.EV_LEVEL | (stack << 8 if stack <= AUX_MAX else 0), perf_counter_ns(), ident, min(value, U32_MAX))
    recorder.stream().extend(event)


def _lock(recorder: "Recorder", lock: Any, before: Any, locked: Any) -> None:
    if before is UNSET:
        created(recorder, lock, schema.OBJECT_LOCK)
        return
    if locked is before:
        return
    ident = recorder.objects.ident(lock, schema.OBJECT_LOCK)
    stack = recorder.stacks.caller(_getframe(2), HOLDER_DEPTH, True)
    extend, task = recorder.actor()
    word = schema.EV_ACQUIRE if locked else schema.EV_RELEASE
    extend((word | (stack << 8 if stack <= AUX_MAX else 0), perf_counter_ns(), ident, task))


def _semaphore(recorder: "Recorder", semaphore: Any, before: Any, value: Any) -> None:
    if type(value) is not int:
        return
    if type(before) is not int:
        created(recorder, semaphore, schema.OBJECT_SEMAPHORE, value)
        return
    ident = recorder.objects.ident(semaphore, schema.OBJECT_SEMAPHORE)
    frame = _getframe(2)
    extend, task = recorder.actor()
    stack = 0
    if value < before and frame.f_code is _HANDS_OVER:
        task, stack = _first_waiter(recorder, semaphore)
    stack = stack or recorder.stacks.caller(frame, HOLDER_DEPTH, True)
    aux = stack << 8 if stack <= AUX_MAX else 0
    time = perf_counter_ns()
    if abs(value - before) == 1:
        extend(((schema.EV_ACQUIRE if value < before else schema.EV_RELEASE) | aux, time, ident, task))
    extend((schema.EV_LEVEL | aux, time, ident, max(0, min(value, U32_MAX))))


def _first_waiter(recorder: "Recorder", semaphore: Any) -> Tuple[int, int]:
    """`(task id, stack of its await)` of the waiter that is about to be woken."""
    for future in semaphore._waiters or ():
        if getattr(future, "_state", None) == "PENDING":
            for task in waiting_tasks(future):
                ref = recorder.tasks.refs.get(id(task))
                if ref is not None:
                    return ref.id, recorder.awaits.site(task._coro).stack
            break
    return 0, 0


def _event(recorder: "Recorder", event: Any, before: Any, value: Any) -> None:
    if before is value or _getframe(3).f_code.co_filename == _QUEUES:  # a queue's own: whether all items are done
        return
    if before is UNSET:
        created(recorder, event, schema.OBJECT_EVENT)
    else:
        level(recorder, recorder.objects.ident(event, schema.OBJECT_EVENT), 1 if value else 0)


def _condition(recorder: "Recorder", condition: Any, before: Any, lock: Any) -> None:
    if before is UNSET:
        created(recorder, condition, schema.OBJECT_CONDITION)


def _barrier(recorder: "Recorder", barrier: Any, before: Any, count: Any) -> None:
    if before is UNSET:
        created(recorder, barrier, schema.OBJECT_BARRIER, barrier._parties)
    elif before != count:
        level(recorder, recorder.objects.ident(barrier, schema.OBJECT_BARRIER), count)
