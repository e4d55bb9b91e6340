"""What comes to a loop from outside its tasks: signals, Ctrl-C, dropped async generators, watched descriptors."""

import asyncio
import signal
import sys
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any, Iterator, Tuple

from . import _schema as schema
from ._format import AUX_MAX, U32_MAX
from ._stacks import CREATION_DEPTH, USER
from ._watched import Current, Watched, WatchedReads, unseen

if TYPE_CHECKING:
    from ._recorder import Recorder

_getframe = sys._getframe
_unix_events: Any = getattr(asyncio, "unix_events", None)
_selector_events: Any = getattr(asyncio, "selector_events", None)
_UnixLoop: Any = getattr(_unix_events, "_UnixSelectorEventLoop", None)
_SelectorLoop: Any = getattr(_selector_events, "BaseSelectorEventLoop", None)
_Runner: Any = getattr(asyncio, "Runner", None)  # 3.11 and newer
_HANDLE: Any = getattr(getattr(_UnixLoop, "_handle_signal", None), "__code__", None)
_ON_SIGINT: Any = getattr(getattr(_Runner, "_on_sigint", None), "__code__", None)
_FINALIZED: Any = asyncio.BaseEventLoop._asyncgen_finalizer_hook.__code__  # type: ignore[attr-defined]
_ENSURED: Any = getattr(getattr(_SelectorLoop, "_ensure_fd_no_transport", None), "__code__", None)
_WATCHES = {
    getattr(getattr(_SelectorLoop, name, None), "__code__", None): number
    for number, name in enumerate(("add_reader", "add_writer", "remove_reader", "remove_writer"), 1)
}


def hooks(current: Current) -> "Iterator[Tuple[Any, str, Any]]":
    yield asyncio.BaseEventLoop, "_asyncgens", WatchedReads("_asyncgens", current, unseen, _generator)
    if _HANDLE is not None:
        yield _UnixLoop, "_signal_handlers", WatchedReads("_signal_handlers", current, unseen, _signal)
    if _ON_SIGINT is not None:
        yield _Runner, "_interrupt_count", Watched("_interrupt_count", current, _interrupted)
    if _ENSURED is not None:
        yield _SelectorLoop, "_transports", WatchedReads("_transports", current, unseen, _watched)


def _signal(recorder: "Recorder", loop: Any, handlers: Any) -> None:
    frame = _getframe(2)
    if frame.f_code is _HANDLE:
        number = frame.f_locals.get("sig")
        handle = handlers.get(number)
        if handle is not None and isinstance(number, int):
            location = recorder.stacks.callback(handle._callback)
            _came(recorder, int(number), location)


def _interrupted(recorder: "Recorder", runner: Any, before: Any, count: Any) -> None:
    """Ctrl-C, which `asyncio.run` makes a cancellation of the main task of."""
    if _getframe(2).f_code is _ON_SIGINT:
        code = _ON_SIGINT
        _came(recorder, int(signal.SIGINT), recorder.stacks.definition(code, "Runner._on_sigint"))


def _came(recorder: "Recorder", number: int, location: int) -> None:
    word = schema.EV_SIGNAL | (location << 8 if location <= AUX_MAX else 0)
    recorder.stream().extend((word, perf_counter_ns(), number & U32_MAX, 0))


def _generator(recorder: "Recorder", loop: Any, generators: Any) -> None:
    frame = _getframe(2)
    if frame.f_code is _FINALIZED:
        generator = frame.f_locals.get("agen")
        location = recorder.stacks.definition(generator.ag_code, generator.__qualname__)
        extend, task = recorder.actor()
        extend((schema.EV_FINALIZED, perf_counter_ns(), location, task))


def _watched(recorder: "Recorder", loop: Any, transports: Any) -> None:
    frame = _getframe(2)
    if frame.f_code is not _ENSURED or frame.f_back is None:
        return
    caller = frame.f_back.f_back
    if caller is None or recorder.stacks.kind(caller.f_code) != USER:  # asyncio's own, as in `sock_recv`
        return
    which, descriptor = _WATCHES.get(frame.f_back.f_code), frame.f_locals.get("fileno")
    if which is not None and type(descriptor) is int and descriptor >= 0:  # asyncio refuses another
        stack = recorder.stacks.caller(frame.f_back, CREATION_DEPTH, True)
        word = schema.EV_WATCH | (stack << 8 if stack <= AUX_MAX else 0)
        recorder.stream().extend((word, perf_counter_ns(), descriptor & U32_MAX, which))
