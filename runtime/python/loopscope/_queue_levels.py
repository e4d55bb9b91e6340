"""How many items are in a queue. `_unfinished_tasks` grows with each put; `get_nowait` reads `_putters` just after
it took the item out. The items' container is the subclass's affair: only a deque and a list are measured.
"""

import asyncio
import sys
from collections import deque
from typing import TYPE_CHECKING, Any, Iterator, Tuple

from . import _schema as schema
from ._resources import created, level
from ._watched import UNSET, Current, Watched, WatchedReads, unseen

if TYPE_CHECKING:
    from ._recorder import Recorder

_getframe = sys._getframe
_Queue: Any = asyncio.Queue
_GET: Any = _Queue.get_nowait.__code__
_SHUTDOWN: Any = getattr(getattr(_Queue, "shutdown", None), "__code__", None)
DEPTH = 4  # a pipeline passes here with every item: the innermost frames will do


def hooks(current: Current) -> "Iterator[Tuple[Any, str, Any]]":
    yield _Queue, "_unfinished_tasks", Watched("_unfinished_tasks", current, _unfinished)
    yield _Queue, "_putters", WatchedReads("_putters", current, unseen, _putters)


def _unfinished(recorder: "Recorder", queue: Any, before: Any, count: Any) -> None:
    if before is UNSET:
        maxsize = queue.__dict__.get("_maxsize")
        created(recorder, queue, schema.OBJECT_QUEUE, max(maxsize, 0) if type(maxsize) is int else -1)
    elif count > before or _getframe(2).f_code is _SHUTDOWN:
        _changed(recorder, queue)


def _putters(recorder: "Recorder", queue: Any, putters: Any) -> None:
    if _getframe(2).f_code is _GET:
        _changed(recorder, queue)


def _changed(recorder: "Recorder", queue: Any) -> None:
    items = queue.__dict__.get("_queue")
    if type(items) is deque or type(items) is list:
        level(recorder, recorder.objects.ident(queue, schema.OBJECT_QUEUE), len(items), DEPTH)
