"""The hot paths in C, where they were built: the module `_accelerate`, whose sources are in `accelerator/`.

It records the same events as the Python that it stands in for, in fewer bytes. `LOOPSCOPE_ACCELERATOR=0`
leaves it out; so does whatever it was not built for: another interpreter than CPython, one without the GIL, a
subinterpreter.
"""

import os
import sys
import time
from typing import Any, Optional

OFF = "LOOPSCOPE_ACCELERATOR"
INTERFACE = 9  # as in module.c


def _load() -> Any:
    if os.environ.get(OFF, "") == "0" or sys.implementation.name != "cpython":
        return None
    try:
        from . import _accelerate  # type: ignore[attr-defined]
    except ImportError:  # not built, or not for this interpreter
        return None
    return _accelerate if _accelerate.INTERFACE == INTERFACE else None


accelerate: Any = _load()
_bound = False


def bind() -> Optional[Any]:
    """The module, once it knows asyncio and the recorder's classes; None where all is done in Python."""
    global accelerate, _bound
    if accelerate is None or _bound:
        return accelerate
    try:
        facts = _facts()
        if not _bound:  # the imports that it takes come here too
            accelerate.bind(facts)
            _bound = True
    except Exception:  # an asyncio or an interpreter that it does not know
        accelerate = None
    return accelerate


def _facts() -> "dict[str, Any]":
    import asyncio

    from . import (
        _awaits,
        _connections,
        _loop,
        _loop_tasks,
        _objects,
        _queue,
        _queue_items,
        _queue_levels,
        _repeats,
        _stacks,
        _tasks,
        _uvloop,
        _watched,
    )
    from . import _format as fmt
    from . import _schema as schema
    from ._scopes import Gathering

    clock = time.get_clock_info("perf_counter").implementation
    facts = {
        "LoopQueue": _loop.LoopQueue,
        "TaskRef": _objects.TaskRef,
        "ObjectRef": _objects.ObjectRef,
        "Handle": asyncio.Handle,
        "TimerHandle": asyncio.TimerHandle,
        "Task": asyncio.Task,
        "Future": asyncio.Future,
        "Gathering": Gathering,
        "get_name": _loop._get_name,
        "current_task": _loop_tasks._current_task,
        # From 3.14 on that is in C, and the module's is for tasks written in Python alone.
        "current_tasks": getattr(asyncio.tasks, "_current_tasks", None) if sys.version_info < (3, 14) else None,
        "scheduled_tasks": _loop_tasks.scheduled_tasks,
        "py_step": _tasks.PY_STEP,
        "py_wakeup": _tasks.PY_WAKEUP,
        "loop_time": _loop._TIME,
        "kinds": _tasks.callback_kinds,
        "ends": _awaits._ends,
        "cython": _awaits._cython,
        "kind_of_type": _tasks.kind_of_type,
        "through": _awaits._through,
        "spinning": _repeats.spinning,
        "received": _connections._received,
        "written": _connections._written,
        "written_data": _connections.written_data,
        "tell": _watched.tell,
        "tell_read": _watched.tell_read,
        "unset": _watched.UNSET,
        "Items": _queue_items.Items,
        "tell_items": _queue_items.tell,
        "clock": time.perf_counter_ns,
        "View": _uvloop.View,
        "Selector": _loop._Selector,
        "run_once": _queue._RUN_ONCE,
        "queue_get": _queue_levels._GET,
        "queue_shutdown": _queue_levels._SHUTDOWN,
        "clocks_apart_ns": _loop._CLOCKS_APART_NS,
        "monotonic_clock": int(clock == "clock_gettime(CLOCK_MONOTONIC)"),
        "flush_at_poll_ns": _loop.FLUSH_AT_POLL_NS,
        "full": _loop.FULL,
        "creation_depth": _stacks.CREATION_DEPTH,
        "waker_depth": _stacks.WAKER_DEPTH,
        "in_window": _queue_levels.IN_WINDOW,
        "window_ns": _queue_levels.WINDOW_NS,
        "level_depth": _queue_levels.DEPTH,
        "max_lost": _tasks.MAX_LOST,
        "repeats_after": _repeats.AFTER,
        "object_future": schema.OBJECT_FUTURE,
        "max_string_bytes": fmt.MAX_STRING_BYTES,
        "kind_outside": _stacks.OUTSIDE,
        "kind_user": _stacks.USER,
        "kind_asyncio": _stacks.ASYNCIO,
        "callback_other": _tasks.OTHER,
        "callback_step": _tasks.STEP,
        "callback_wakeup": _tasks.WAKEUP,
        "callback_builtin": _tasks.BUILTIN,
        "callback_method": _tasks.METHOD,
    }
    numbers = {name.lower(): value for name, value in vars(schema).items() if name.startswith(("EV_", "DEF_"))}
    return {**numbers, **facts}
