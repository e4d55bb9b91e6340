"""What Python and asyncio complain about themselves: coroutines never awaited, exceptions never retrieved, pending
tasks destroyed, errors of callbacks. Their output stays what it is, to the letter, and so do its tracebacks.

`warnings._warn_unawaited_coroutine` is made anew from its own code, with globals that tell when it looks up
`warn` (from 3.14 on `_wm`, the module that has it): a wrapper would be one frame more between the warning and the
line that it blames. Likewise `call_exception_handler` is seen by its reading of `loop._exception_handler`.
"""

import asyncio
import dis
import sys
import warnings
from time import perf_counter_ns
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any, Dict, Iterator, List, Tuple

from . import _errors as errors
from . import _schema as schema
from ._format import AUX_MAX
from ._stacks import CREATION_DEPTH, OUTSIDE, USER
from ._watched import Current, WatchedReads, unseen

if TYPE_CHECKING:
    from ._recorder import Recorder

_getframe = sys._getframe
_RUN: Any = asyncio.Handle._run.__code__
_HANDLER: Any = asyncio.BaseEventLoop.call_exception_handler.__code__
_READ = "_exception_handler"
_WARNING = ("warn", "_wm")
_DESTROYED = "Task was destroyed but it is pending!"
_UNRETRIEVED = "exception was never retrieved"


def hooks(current: Current) -> "Iterator[Tuple[Any, str, Any]]":
    yield asyncio.BaseEventLoop, _READ, WatchedReads(_READ, current, unseen, _handler)


def _first_read() -> int:
    """Offset of the first instruction of `call_exception_handler` that reads the attribute: once per call."""
    return next((step.offset for step in dis.get_instructions(_HANDLER) if step.argval == _READ), -1)


_FIRST_READ = _first_read()


def _handler(recorder: "Recorder", loop: Any, handler: Any) -> None:
    frame = _getframe(2)
    if frame.f_code is not _HANDLER or frame.f_lasti != _FIRST_READ:
        return
    context = frame.f_locals.get("context")
    if type(context) is dict:
        context_told(recorder, context, _by_program(frame))


def context_told(recorder: "Recorder", context: Dict[str, Any], by_program: bool) -> None:
    """The exception handler is told this, by asyncio or by the program itself."""
    message, error = context.get("message"), context.get("exception")
    task = recorder.tasks.ident(context.get("task", context.get("future")))
    text, stack = recorder.tasks.failure(error) if isinstance(error, BaseException) else (0, 0)
    aux = stack << 8 if stack <= AUX_MAX else 0
    if message == _DESTROYED and task:
        event = (schema.EV_TASK_DESTROYED, perf_counter_ns(), task, 0)
    elif type(message) is str and message.endswith(_UNRETRIEVED):
        event = (schema.EV_UNRETRIEVED | aux, perf_counter_ns(), task, text)
    elif by_program:
        return
    else:
        if not text:
            text = recorder.tables.string(errors.plain(message) or "")
        event = (schema.EV_LOOP_ERROR | aux, perf_counter_ns(), text, task)
    recorder.stream().extend(event)


def _by_program(frame: Any) -> bool:
    """Whether it is not asyncio that calls the handler: who does so itself has looked at the error, and tells of it."""
    caller = frame.f_back
    while caller is not None and caller.f_code.co_name == "call_exception_handler":
        caller = caller.f_back  # an override, which passes on what it is given
    name = dict.get(caller.f_globals, "__name__") if caller is not None else None
    return type(name) is str and not name.startswith(("asyncio.", "uvloop"))


def unretrieved_at_end(recorder: "Recorder") -> None:
    """The program ends: which exceptions has nobody looked at? (Their tasks are never collected any more.)"""
    for reference in list(recorder.tasks.refs.values()):
        task = reference()
        error = getattr(task, "_exception", None) if getattr(task, "_log_traceback", False) is True else None
        if error is not None:
            text, stack = recorder.tasks.failure(error)
            word = schema.EV_UNRETRIEVED | (stack << 8 if stack <= AUX_MAX else 0)
            recorder.stream().extend((word, perf_counter_ns(), reference.id, text))


class _TellingGlobals(Dict[str, Any]):
    """The module's globals, live; a function's look-ups come here since this is not exactly a `dict`."""

    def __init__(self, live: Dict[str, Any], current: Current) -> None:
        super().__init__(live)
        self._live = live
        self._current = current

    def __getitem__(self, name: str) -> Any:
        if name in _WARNING:
            recorder = self._current()
            if recorder is not None and recorder.output is not None:
                try:
                    frame = _getframe(1)
                    _never_awaited(recorder, frame.f_locals.get("coro"), frame.f_back)
                except Exception:
                    recorder.broke()
        return self._live[name]


def telling_warning(current: Current) -> Tuple[Any, Any]:
    """`(what warnings has, what to put there)`; the second is None when there is nothing to be done."""
    plain: Any = getattr(warnings, "_warn_unawaited_coroutine", None)
    if type(plain) is not FunctionType or not set(_WARNING) & set(plain.__globals__) & set(plain.__code__.co_names):
        return plain, None
    telling = FunctionType(
        plain.__code__,
        _TellingGlobals(plain.__globals__, current),
        plain.__name__,
        plain.__defaults__,
        plain.__closure__,
    )
    telling.__module__ = plain.__module__
    return plain, telling


def _never_awaited(recorder: "Recorder", coroutine: Any, frame: Any) -> None:
    code = getattr(coroutine, "cr_code", None)
    if type(code) is not CodeType:
        return
    location = recorder.stacks.definition(code, coroutine.__qualname__)
    origin = getattr(coroutine, "cr_origin", None)
    stack = _origin(recorder, origin) if origin else _dropped(recorder, frame, code.co_name)
    if not stack and frame is not None and frame.f_code is _RUN:  # the loop called a coroutine function
        stack = recorder.timers.stack_of(frame.f_locals.get("self"))
    extend, task = recorder.actor()
    extend((schema.EV_NEVER_AWAITED | (stack << 8 if stack <= AUX_MAX else 0), perf_counter_ns(), location, task))


def _dropped(recorder: "Recorder", frame: Any, name: str) -> int:
    """The stack of a coroutine object that is dropped: mostly where it was made.

    Where the function that drops it names its function at other lines only, as where a list of such objects goes,
    it was made at one of those.
    """
    stack = recorder.stacks.caller(frame, CREATION_DEPTH, False)
    made = _named_before(frame, name) if stack and recorder.stacks.kind(frame.f_code) == USER else 0
    if not made:
        return stack
    lines = [recorder.stacks.line(frame.f_code, made)]
    outer, tables = frame.f_back, recorder.tables
    while outer is not None and len(lines) < CREATION_DEPTH and recorder.stacks.kind(outer.f_code) != OUTSIDE:
        lines.append(recorder.stacks.line(outer.f_code, outer.f_lineno))
        outer = outer.f_back
    return tables.stack(lines[::-1])


def _named_before(frame: Any, name: str) -> int:
    """The last line before a frame's present one that names a function, 0 = the present one does, or none does."""
    found = line = 0
    for instruction in dis.get_instructions(frame.f_code):
        line = _line_of(instruction) or line
        if instruction.argval == name and instruction.opname.startswith("LOAD") and instruction.opname != "LOAD_CONST":
            if line == frame.f_lineno:
                return 0
            if instruction.offset <= frame.f_lasti:
                found = line
    return found


def _line_of(instruction: Any) -> int:
    """The line that begins at an instruction, 0 = none; from 3.13 on `starts_line` only says whether one does."""
    starts = instruction.starts_line
    return int(getattr(instruction, "line_number", starts) or 0) if starts else 0


def _origin(recorder: "Recorder", origin: Any) -> int:
    """The stack that created a coroutine, which Python keeps in asyncio's debug mode."""
    tables = recorder.tables
    lines: List[int] = [tables.location(file, function, line) for file, line, function in reversed(origin)]
    return tables.stack(lines)
