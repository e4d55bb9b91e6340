"""The jobs of thread and process pools: who submitted them, when they ran in which thread, how they ended.

All of it is told by the `_state` of `concurrent.futures.Future`. For a process pool, a job begins when it is
handed to the processes, in the thread that does that; what the process does is in the process's own trace.
"""

import concurrent.futures
import sys
from time import perf_counter_ns
from types import BuiltinMethodType
from typing import TYPE_CHECKING, Any, Iterator, Tuple

from . import _schema as schema
from ._details import name_of_address
from ._format import AUX_MAX, U32_MAX
from ._stacks import CREATION_DEPTH
from ._watched import UNSET, Current, Watched

if TYPE_CHECKING:
    from ._recorder import Recorder

_getframe = sys._getframe
Job: Any = concurrent.futures.Future
_LOOKUPS = ("getaddrinfo", "getnameinfo", "_getaddrinfo_debug")
_GOING_ON = ("PENDING", "RUNNING")
WELL, FAILED, CANCELLED = 1, 2, 3


def hooks(current: Current) -> "Iterator[Tuple[Any, str, Any]]":
    yield Job, "_state", Watched("_state", current, _state)


def _state(recorder: "Recorder", job: Any, before: Any, state: Any) -> None:
    if before is UNSET:
        frame = _getframe(3)
        if frame.f_code.co_name == "submit":
            _submitted(recorder, job, frame)
        return
    ident = recorder.objects.known(job)
    if not ident:
        return
    if state == "RUNNING":
        recorder.stream().extend((schema.EV_JOB_BEGIN, perf_counter_ns(), ident, 0))
    elif before in _GOING_ON and state != before:
        how = CANCELLED if state != "FINISHED" else FAILED if job._exception is not None else WELL
        recorder.stream().extend((schema.EV_JOB_END | how << 8, perf_counter_ns(), ident, 0))


def _submitted(recorder: "Recorder", job: Any, frame: Any) -> None:
    """`frame` is an executor's `submit`."""
    values = frame.f_locals
    executor, function = values.get("self"), values.get("fn")
    stack = recorder.stacks.caller(frame.f_back, CREATION_DEPTH, True)
    ident = recorder.objects.ident(job, schema.OBJECT_JOB, stack, function_name(function))
    if getattr(function, "__name__", "") in _LOOKUPS:
        recorder.detail(ident, looked_up(values.get("args")))
    pool, extend = 0, recorder.stream().extend
    if isinstance(executor, concurrent.futures.Executor):
        pool = recorder.objects.known(executor)
        if not pool:
            pool = recorder.objects.ident(executor, schema.OBJECT_EXECUTOR, stack)
            workers = getattr(executor, "_max_workers", None)
            if type(workers) is int:
                extend((schema.EV_CAPACITY, perf_counter_ns(), pool, min(workers, U32_MAX)))
    extend((schema.EV_JOB_SUBMIT | (stack << 8 if stack <= AUX_MAX else 0), perf_counter_ns(), ident, pool))


def looked_up(arguments: Any) -> str:
    """`example.org:80`, of a job that resolves names."""
    if not isinstance(arguments, (tuple, list)) or not arguments:
        return ""
    if type(arguments[0]) is tuple:
        return name_of_address(arguments[0])
    port = arguments[1] if len(arguments) > 1 else None
    host = name_of_address(arguments[0]) or "*"
    return host if port is None else name_of_address((host, port))


def function_name(function: Any) -> str:
    """What a job calls, through `partial` and through the context that `to_thread` runs it in."""
    for _ in range(8):
        if type(function).__name__ != "partial":
            break
        inner = function.func
        if type(inner) is BuiltinMethodType and type(inner.__self__).__name__ == "Context" and function.args:
            inner = function.args[0]
        function = inner
    name = getattr(function, "__qualname__", None)
    return name if type(name) is str else type(function).__qualname__
