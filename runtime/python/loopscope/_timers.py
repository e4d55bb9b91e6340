"""The program's own timers: what called `call_later` or `call_at`, which of them ran, and who cancelled which.

`TimerHandle._scheduled` is a slot that `call_at` sets, that is reset when the timer leaves the heap, and that is
read only when a timer is cancelled. asyncio's own timers, as of `sleep`, are told by what waits for them.
"""

import asyncio
import sys
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any, Dict, Iterator, Tuple

from . import _accelerator
from . import _schema as schema
from ._format import AUX_MAX
from ._stacks import CREATION_DEPTH, USER
from ._transports import Slot
from ._watched import Current

if TYPE_CHECKING:
    from ._recorder import Recorder

_getframe = sys._getframe
_CALL_AT: Any = asyncio.BaseEventLoop.call_at.__code__
_CALL_LATER: Any = asyncio.BaseEventLoop.call_later.__code__
_CANCELLED: Any = asyncio.BaseEventLoop._timer_handle_cancelled.__code__  # type: ignore[attr-defined]


_State: Any = getattr(_accelerator.accelerate, "TimerState", object)


class Timers(_State):  # type: ignore[misc]
    """The timers of the program that are set, by the address of their handle: `(what set it, a stack; its number)`.

    With the accelerator the tables are C's.
    """

    pending: Dict[int, Tuple[int, int]]
    due: Dict[int, Tuple[int, int]]  # left the heap, and run next
    count: int

    def __init__(self) -> None:
        if _State is object:
            self.pending, self.due = {}, {}
        self.count = 0
        self.running: Tuple[int, int] = (0, 0)  # the latest that ran: address of its handle, stack that set it

    def begins(self, handle: Any, extend: Any, time: int) -> None:
        """A timer begins to run."""
        timer = self.due.pop(id(handle), None)
        if timer is not None:
            stack, number = timer
            self.running = (id(handle), stack)
            extend((schema.EV_TIMER_RUN, time, number, 0))

    def stack_of(self, handle: Any) -> int:
        """What set the timer that runs, 0 = not known."""
        address, stack = self.running
        return stack if address == id(handle) else 0


def hooks(current: Current) -> "Iterator[Tuple[Any, str, Any]]":
    kind: Any = asyncio.TimerHandle
    plain = kind.__dict__.get("_scheduled")
    accelerate = _accelerator.accelerate
    if not hasattr(plain, "__set__"):
        return
    if accelerate is None:
        yield kind, "_scheduled", _Scheduled(plain, current)
    else:
        codes = _CALL_AT, _CALL_LATER, _CANCELLED
        yield kind, "_scheduled", accelerate.TimerSlot(plain, _was_set, _was_cancelled, *codes)


class _Scheduled(Slot):
    def __set__(self, instance: Any, value: Any) -> None:
        self._set(instance, value)
        recorder = self._current()
        if recorder is None or recorder.output is None:
            return
        try:
            timers = recorder.timers
            if value:
                frame = _getframe(1)
                if frame.f_code is _CALL_AT:
                    frame = frame.f_back
                    if frame.f_code is _CALL_LATER:
                        frame = frame.f_back
                    if recorder.stacks.kind(frame.f_code) == USER:
                        _was_set(recorder, instance, frame)
                        return
                timers.pending.pop(id(instance), None)
            else:
                timer = timers.pending.pop(id(instance), None)
                if timer is not None and not instance._cancelled:
                    timers.due[id(instance)] = timer
        except Exception:
            recorder.broke()

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        value = self._get(instance, owner)
        if instance is not None and _getframe(1).f_code is _CANCELLED:
            recorder = self._current()
            if recorder is not None and recorder.output is not None:
                try:
                    _was_cancelled(recorder, instance, _getframe(3))
                except Exception:
                    recorder.broke()
        return value


def _was_set(recorder: "Recorder", handle: Any, frame: Any) -> None:
    timers, stacks = recorder.timers, recorder.stacks
    timers.count += 1
    stack = stacks.caller(frame, CREATION_DEPTH, True)
    timers.pending[id(handle)] = stack, timers.count
    word = schema.EV_TIMER_SET | (stack << 8 if stack <= AUX_MAX else 0)
    recorder.stream().extend((word, perf_counter_ns(), timers.count, stacks.callback(handle._callback)))


def _was_cancelled(recorder: "Recorder", handle: Any, frame: Any) -> None:
    timers = recorder.timers
    timer = timers.pending.pop(id(handle), None) or timers.due.pop(id(handle), None)
    if timer is not None:
        _, number = timer
        stack = recorder.stacks.caller(frame, CREATION_DEPTH, True)
        extend, task = recorder.actor()
        word = schema.EV_TIMER_CANCEL | (stack << 8 if stack <= AUX_MAX else 0)
        extend((word, perf_counter_ns(), number, task))
