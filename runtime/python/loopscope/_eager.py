"""The first step of eager tasks (3.12 and newer): it runs inside the call that creates them, and passes no queue.

`sys.monitoring` tells of it: the factory of `asyncio.create_eager_task_factory` begins and returns, and in between
the coroutine begins, with its task as the current one. Events are asked for on these code objects alone, and only
once a loop has an eager factory. A task made eager otherwise is met when its first wait is seen (`_loop`).
"""

import asyncio
import sys
from _thread import get_ident
from time import perf_counter_ns
from types import CodeType, CoroutineType
from typing import TYPE_CHECKING, Any, Dict, Iterator, List, Set, Tuple

from . import _schema as schema
from ._format import AUX_MAX
from ._loop import LoopQueue
from ._monitoring import monitoring, watch
from ._stacks import ASYNCIO, CREATION_DEPTH
from ._tasks import str_of
from ._uvloop import ready_of
from ._watched import Current, Watched

if TYPE_CHECKING:
    from ._recorder import Recorder

_getframe = sys._getframe
_current_task: Any = asyncio.current_task
_make_factory: Any = getattr(asyncio, "create_eager_task_factory", None)
_codes: List[CodeType] = (
    [] if _make_factory is None else [c for c in _make_factory.__code__.co_consts if type(c) is CodeType]
)
_FACTORY = _codes[0] if monitoring is not None and _codes else None


class First:
    """A first step that is about to run, or runs."""

    __slots__ = ("coroutine", "creator", "name", "outer", "queue", "ref", "stack")

    outer: Tuple[Any, Any]  # task and ref that go on afterwards

    def __init__(self, queue: LoopQueue, coroutine: Any, name: object, creator: int, stack: int) -> None:
        self.queue = queue
        self.coroutine = coroutine
        self.name = name
        self.creator = creator
        self.stack = stack
        self.ref: Any = None  # its task's, None = it has not begun


class _Steps:
    def __init__(self) -> None:
        self.watched: Set[CodeType] = set()  # coroutines whose beginning is told, and the factory
        self.threads: Dict[int, List[First]] = {}  # by thread: first steps inside each other, the innermost last
        self.callbacks: Dict[int, Any] = {}  # by event
        self.current: Current = lambda: None


_steps = _Steps()


def hooks(current: Current) -> "Iterator[Tuple[Any, str, Any]]":
    if _FACTORY is not None:

        def seen(recorder: "Recorder", loop: Any, before: Any, factory: Any) -> None:
            _look_at(factory, current)

        _steps.current = current
        yield asyncio.BaseEventLoop, "_task_factory", Watched("_task_factory", current, seen)


def adopted(loop: Any, current: Current) -> None:
    """A loop is recorded that may have its task factory already."""
    if _FACTORY is not None:
        _look_at(getattr(loop, "_task_factory", None), current)


def factory_set(factory: Any) -> None:
    """A loop that keeps no attribute of it, as uvloop's, was given a task factory."""
    if _FACTORY is not None:
        _look_at(factory, _steps.current)


def _look_at(factory: Any, current: Current) -> None:
    if getattr(factory, "__code__", None) is _FACTORY and _FACTORY not in _steps.watched:
        _watch_factories(current)


def _watch_factories(current: Current) -> None:
    events = monitoring.events

    def started(code: CodeType, offset: int) -> None:
        recorder = current()
        if recorder is not None and recorder.output is not None:
            try:
                if code is _FACTORY:
                    _factory_called(recorder, _getframe(1))
                else:
                    _coroutine_began(recorder)
            except Exception:
                recorder.broke()

    def returned(code: CodeType, offset: int, value: Any) -> None:
        recorder = current()
        if recorder is not None and recorder.output is not None:
            try:
                _factory_returned(_getframe(1))
            except Exception:
                recorder.broke()

    _steps.callbacks = {events.PY_START: started, events.PY_RETURN: returned}
    if watch(_FACTORY, _steps.callbacks):
        _steps.watched.add(_FACTORY)


def _factory_called(recorder: "Recorder", frame: Any) -> None:
    values = frame.f_locals
    coroutine, queue = values.get("coro"), ready_of(values.get("loop"))
    thread = get_ident()
    if not isinstance(queue, LoopQueue) or queue.thread != thread or type(coroutine) is not CoroutineType:
        return
    code = coroutine.cr_code
    if code not in _steps.watched:
        _steps.watched.add(code)
        started = monitoring.events.PY_START
        watch(code, {started: _steps.callbacks[started]})
    stack = recorder.stacks.caller(frame.f_back, CREATION_DEPTH, True)
    open_steps = _steps.threads.setdefault(thread, [])
    while open_steps and open_steps[-1].ref is not queue.ref:  # an exception went through it that ends the loop
        open_steps.pop()
    open_steps.append(First(queue, coroutine, _name(recorder, frame), queue.current(True), stack))


def _name(recorder: "Recorder", frame: Any) -> object:
    """The name that the program asks for: the functions around the factory give it to the task when it is made."""
    while frame is not None and recorder.stacks.kind(frame.f_code) == ASYNCIO:
        values = frame.f_locals if frame.f_code.co_name in ("factory", "create_task") else {}
        name = values.get("name") or dict(values.get("kwargs") or ()).get("name")  # the one, or from 3.14 on the other
        if name is not None:
            return name
        frame = frame.f_back
    return None


def _coroutine_began(recorder: "Recorder") -> None:
    open_steps = _steps.threads.get(get_ident())
    if not open_steps or open_steps[-1].ref is not None:
        return
    task = _current_task()
    first = open_steps[-1]
    if task is None or id(task) in recorder.tasks.refs or task._coro is not first.coroutine:
        return
    queue = first.queue
    time = perf_counter_ns()
    ref = recorder.tasks.meet(task, queue.identify(), schema.TASK_EAGER)
    if ref is None:
        return
    first.ref = ref
    first.outer = (queue.task, queue.ref)
    extend = queue.extend_events
    extend((schema.EV_TASK_CREATE | (first.stack << 8 if first.stack <= AUX_MAX else 0), time, ref.id, first.creator))
    if first.name is not None:  # which the task is given when the step has ended
        extend((schema.EV_TASK_NAME, time, ref.id, recorder.tables.string(str_of(first.name))))
    extend((schema.EV_STEP_BEGIN, time, ref.id, 0))
    queue.task, queue.ref = task, ref


def _factory_returned(frame: Any) -> None:
    open_steps = _steps.threads.get(get_ident())
    coroutine = frame.f_locals.get("coro")
    if not open_steps or not any(first.coroutine is coroutine for first in open_steps):
        return
    while open_steps[-1].coroutine is not coroutine:
        open_steps.pop()
    first = open_steps.pop()
    queue = first.queue
    if first.ref is not None and queue.ref is first.ref:
        queue.end_step(perf_counter_ns())  # type: ignore[attr-defined]
        queue.task, queue.ref = first.outer


def loop_stopped() -> None:
    """Nothing runs in this thread's loop any more; what did not return was left by an exception."""
    _steps.threads.pop(get_ident(), None)
