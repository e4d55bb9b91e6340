"""The three places where asyncio is made to tell the recorder about its loops. None of them is ever below a
frame of the program: `BaseEventLoop.__init__` (puts the ready queue in place), `events._set_running_loop`
(called by `run_forever` as it starts and ends) and the queue itself.
"""

import asyncio
import asyncio.events
import functools
import warnings
from typing import TYPE_CHECKING, Any, Callable

from . import (
    _caught,
    _complaints,
    _connections,
    _eager,
    _jobs,
    _levels,
    _libraries,
    _queue_items,
    _queue_levels,
    _requests,
    _resources,
    _scopes,
    _signals,
    _subprocesses,
    _timers,
    _transports,
    _uvloop_methods,
)
from ._adoption import adopt
from ._postponed import postpone
from ._queue import ReadyQueue
from ._uvloop import ready_of
from ._watched import WatchedElsewhere

if TYPE_CHECKING:
    from ._recorder import Recorder

_originals: "dict[str, Any]" = {}
_attributes: "list[tuple[Any, str, Any]]" = []


def install(current: "Callable[[], Recorder]", on_loop: Callable[[], None], fresh: bool, level: str) -> None:
    """Record every loop from here on. `current()` is the recorder of this process, also after a fork.

    `fresh`: asyncio is being imported, and so nothing of it has been made yet.
    `on_loop` is called when a loop is first recorded. `level`: see `_levels`.
    """
    if _originals:
        return
    base: Any = asyncio.BaseEventLoop
    events: Any = asyncio.events
    plain_init = _originals["init"] = base.__init__
    plain_set = _originals["set"] = events._set_running_loop
    get_running = events._get_running_loop

    @functools.wraps(plain_init)
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        plain_init(self, *args, **kwargs)
        try:
            adopt(self, current, on_loop)
        except Exception:
            current().broke()

    @functools.wraps(plain_set)
    def _set_running_loop(loop: Any, /) -> None:
        before = get_running()
        try:
            plain_set(loop)
            if before is not None:
                queue = ready_of(before)
                if isinstance(queue, ReadyQueue):
                    queue.stop()
                    _eager.loop_stopped()
            if loop is not None:
                adopt(loop, current, on_loop)
                queue = ready_of(loop)
                if isinstance(queue, ReadyQueue):
                    queue.start()
        except Exception:
            current().broke()
        except BaseException as error:  # of a signal's handler
            queue = ready_of(loop if loop is not None else before)
            if isinstance(queue, ReadyQueue) and (loop is not None or queue.uvloop):
                postpone(queue, error, loop is not None)
            else:
                raise

    what_tasks_do = (_caught, _requests, _scopes, _jobs, _signals, _eager, _complaints)
    what_they_use = (
        _resources,
        _queue_items if fresh else _queue_levels,
        _transports,
        _connections,
        _subprocesses,
        _timers,
        _uvloop_methods,
    )
    modules: tuple[Any, ...] = what_tasks_do
    if level != _levels.TASKS:
        modules += what_they_use
    for module in modules:
        for owner, name, value in module.hooks(current):
            plain = owner.__dict__.get(name)
            setattr(owner, name, value)
            if not isinstance(value, WatchedElsewhere):
                _attributes.append((owner, name, plain))
    plain_warning, telling = _complaints.telling_warning(current)
    if telling is not None:
        _originals["warning"] = plain_warning
        warnings._warn_unawaited_coroutine = telling  # type: ignore[attr-defined]
    base.__init__ = __init__
    # uvloop takes it from the package.
    asyncio._set_running_loop = events._set_running_loop = _set_running_loop  # type: ignore[attr-defined]
    _libraries.watch(current, lambda loop: adopt(loop, current, on_loop))


def uninstall() -> None:
    if _originals:
        base: Any = asyncio.BaseEventLoop
        events: Any = asyncio.events
        base.__init__ = _originals.pop("init")
        asyncio._set_running_loop = events._set_running_loop = _originals.pop("set")  # type: ignore[attr-defined]
        if "warning" in _originals:
            warnings._warn_unawaited_coroutine = _originals.pop("warning")  # type: ignore[attr-defined]
        while _attributes:
            owner, name, plain = _attributes.pop()
            if plain is None:
                delattr(owner, name)
            else:
                setattr(owner, name, plain)
