"""How many items are in a queue. `_unfinished_tasks` grows with each put; `get_nowait` reads `_putters` just after
it took the item out. The items' container is the subclass's affair: only a deque and a list are measured.

A pipeline passes here with every item, so a busy queue is thinned: after the 16th of its changes within 10 ms it
waits until the recorder writes, which tells the level as it is then.
"""

import asyncio
import sys
from collections import deque
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any, Iterator, Tuple

from . import _accelerator
from . import _schema as schema
from ._format import AUX_MAX, U32_MAX
from ._own import own
from ._stacks import CREATION_DEPTH
from ._watched import UNSET, Current, Watched, WatchedReads, unseen

if TYPE_CHECKING:
    from ._recorder import Recorder

_getframe = sys._getframe
_Queue: Any = asyncio.Queue
_GET: Any = _Queue.get_nowait.__code__
_SHUTDOWN: Any = getattr(getattr(_Queue, "shutdown", None), "__code__", None)
DEPTH = 3
WINDOW_NS = 10_000_000
IN_WINDOW = 16


def hooks(current: Current) -> "Iterator[Tuple[Any, str, Any]]":
    """For a process that may have queues already; others have `_queue_items`."""
    yield from attributes(_Queue, current)


def attributes(kind: Any, current: Current) -> "Iterator[Tuple[Any, str, Any]]":
    accelerate = _accelerator.accelerate
    count, putters = (Watched, WatchedReads) if accelerate is None else (accelerate.QueueCount, accelerate.QueuePutters)
    yield kind, "_unfinished_tasks", count("_unfinished_tasks", current, _unfinished)
    yield kind, "_putters", putters("_putters", current, unseen, _putters)


def watch(kind: Any, current: Current) -> None:
    """Ask the attributes of one more class of queues."""
    if not any("_unfinished_tasks" in base.__dict__ for base in kind.__mro__):
        for owner, name, value in attributes(kind, current):
            type.__setattr__(owner, name, value)


def made(recorder: "Recorder", queue: Any, frame: Any) -> None:
    """`frame` is of its `__init__`."""
    stack = recorder.stacks.caller(frame, CREATION_DEPTH, True)
    ident = recorder.objects.ident(queue, schema.OBJECT_QUEUE, stack)
    maxsize = own(queue, "_maxsize")
    if ident and type(maxsize) is int:
        event = (schema.EV_CAPACITY, perf_counter_ns(), ident, min(max(maxsize, 0), U32_MAX))
        recorder.stream().extend(event)


def _unfinished(recorder: "Recorder", queue: Any, before: Any, count: Any) -> None:
    if before is UNSET:
        if id(queue) not in recorder.objects.refs:
            made(recorder, queue, _getframe(2))
    elif count > before or _getframe(2).f_code is _SHUTDOWN:
        changed(recorder, queue, _getframe(2), level_of(queue))


def _putters(recorder: "Recorder", queue: Any, putters: Any) -> None:
    if _getframe(2).f_code is _GET:
        changed(recorder, queue, _getframe(2), level_of(queue))


def changed(recorder: "Recorder", queue: Any, frame: Any, items: int) -> None:
    """`frame` put an item into the queue, or took one out; now it has so many, -1 = not known."""
    if items < 0:
        return
    objects = recorder.objects
    ref = objects.refs.get(id(queue))
    if ref is None:
        objects.ident(queue, schema.OBJECT_QUEUE)
        ref = objects.refs[id(queue)]
    if ref.told > IN_WINDOW:
        return
    time = perf_counter_ns()
    if time - ref.window_ns > WINDOW_NS:
        ref.window_ns = time
        ref.told = 0
    ref.told += 1
    if ref.told > IN_WINDOW:
        recorder.untold.append(ref)
        return
    stack = recorder.stacks.caller(frame, DEPTH, True)
    recorder.stream().extend(
        (schema.EV_LEVEL | (stack << 8 if stack <= AUX_MAX else 0), time, ref.id, min(items, U32_MAX))
    )


def level_of(queue: Any) -> int:
    """How many items are in it, -1 = not known."""
    items = own(queue, "_queue")
    return len(items) if type(items) is list or type(items) is deque or hasattr(type(items), "queue") else -1
