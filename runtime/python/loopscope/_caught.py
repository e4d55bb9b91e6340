"""Where a CancelledError was caught (3.11 and newer), and where `uncancel()` was called (3.12 and newer).

A cancel request finds its task suspended: the frames in which it waits say which `try` the error will come by, and
which code may take the request back. The steps that end while the request stands show how far the error has come.
Before, the reader of the trace works it out.
"""

import asyncio
import sys
from time import perf_counter_ns
from types import BuiltinFunctionType, CodeType, FunctionType, MethodDescriptorType, MethodType
from typing import TYPE_CHECKING, Any, Dict, Iterator, List, NamedTuple, Set, Tuple

from . import _handlers as handlers
from . import _schema as schema
from ._awaits import MAX_FRAMES, chain_of, frame_of
from ._format import AUX_MAX
from ._monitoring import monitoring, watch
from ._objects import TaskRef
from ._stacks import USER, WAKER_DEPTH
from ._tasks import cancelling
from ._watched import Current

if TYPE_CHECKING:
    from ._recorder import Recorder

_getframe = sys._getframe
_METHODS = (MethodDescriptorType, BuiltinFunctionType, FunctionType, MethodType)
MAX_TASKS = 10_000


class Catch(NamedTuple):
    """A frame that awaits inside a `try` which can catch the error."""

    depth: int  # of its coroutine, the task's own being 0
    coroutine: int  # its address
    stack: int


Catches = Dict[int, List[Catch]]  # by the task's id, innermost first

_watched: Set[CodeType] = set()
_current: List[Current] = []


def hooks(current: Current) -> "Iterator[Tuple[Any, str, Any]]":
    _current[:] = [current]
    return iter(())


def requested(recorder: "Recorder", task: Any, ref: TaskRef) -> None:
    """A cancel request has reached a task that is suspended, or has not begun."""
    if not handlers.KNOWN:
        return
    _watch_scopes()
    chain = chain_of(task._coro)
    frames = [frame_of(coroutine) for coroutine in chain]
    found: List[Catch] = []
    for depth in range(len(chain) - 1, -1, -1):
        code = frames[depth].f_code
        if recorder.stacks.kind(code) == USER:
            _watch(code)
            if handlers.catches(code, frames[depth].f_lasti):
                stack = recorder.stacks.suspended(frames[: depth + 1][-MAX_FRAMES:])
                found.append(Catch(depth, id(chain[depth]), stack))
    if len(recorder.catches) > MAX_TASKS:  # of tasks that were dropped before they came to it
        recorder.catches.clear()
    if found:
        recorder.catches[ref.id] = found


def step_ended(recorder: "Recorder", task: Any, ref: TaskRef, extend: Any, time: int) -> None:
    """A step of a task that was asked to cancel has ended: was it the error's last?"""
    found = recorder.catches.get(ref.id)
    if found is None:
        return
    if task._state == "PENDING":
        caught = _passed(recorder, found, chain_of(task._coro))
        if caught is None:
            return
    else:
        caught = found[0] if task._state == "FINISHED" and task._exception is None else None
    del recorder.catches[ref.id]
    if caught is not None:
        word = schema.EV_CANCEL_CAUGHT | (caught.stack << 8 if caught.stack <= AUX_MAX else 0)
        extend((word, time, ref.id, 0))


def _passed(recorder: "Recorder", found: List[Catch], chain: List[Any]) -> "Catch | None":
    """Which of the frames has caught the error for good, None while one of them may raise it again."""
    for coroutine in chain:
        frame = frame_of(coroutine)
        if recorder.stacks.kind(frame.f_code) == USER and handlers.handles(frame.f_code, frame.f_lasti):
            return None
    return found[0]


# uncancel: where the code of a task that is asked to cancel, or asyncio's scopes, call it.


def _watch_scopes() -> None:
    for scope in ("Timeout", "TaskGroup"):
        for name in ("__aexit__", "_aexit"):
            code = getattr(getattr(getattr(asyncio, scope, None), name, None), "__code__", None)
            if code is not None:
                _watch(code)


def _watch(code: CodeType) -> None:
    if monitoring is not None and "uncancel" in code.co_names and code not in _watched:
        _watched.add(code)
        watch(code, {monitoring.events.CALL: _called})


def _called(code: CodeType, offset: int, function: Any, argument: Any) -> None:
    recorder: Any = _current[0]()
    if recorder is not None and recorder.output is not None:
        try:
            if type(function) in _METHODS and function.__name__ == "uncancel":
                _uncancels(recorder, getattr(function, "__self__", argument), _getframe(1))
        except Exception:
            recorder.broke()


def _uncancels(recorder: "Recorder", task: Any, frame: Any) -> None:
    ref = recorder.tasks.refs.get(id(task))
    count = cancelling(task) if ref is not None else 0
    if ref is not None and count > 0:
        ref.cancelling = count - 1
        recorder.catches.pop(ref.id, None)
        stack = recorder.stacks.caller(frame, WAKER_DEPTH, False)
        word = schema.EV_UNCANCEL | (stack << 8 if stack <= AUX_MAX else 0)
        recorder.stream().extend((word, perf_counter_ns(), ref.id, count - 1))
