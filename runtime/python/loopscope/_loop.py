"""The recording of one event loop, as far as it is not in the hot path: callbacks, the ends of steps, polls.

The methods here are called from within the guards of `_queue` and `_hooks`: what they raise ends the recording.
"""

import asyncio
import selectors
import sys
from time import monotonic_ns, perf_counter_ns
from typing import Any, Optional

from . import _schema as schema
from ._errors import describe
from ._format import AUX_MAX, U32_MAX
from ._loop_tasks import LoopTasks, scheduled_tasks
from ._objects import TaskRef
from ._repeats import AFTER as REPEATS_AFTER
from ._repeats import spinning
from ._scopes import Gathering, gathered, joins
from ._uvloop import STOPS
from ._uvloop_io import begins, look, timeout_us

_getframe = sys._getframe
_BaseEventLoop: Any = asyncio.BaseEventLoop
_TIME = _BaseEventLoop.time
_RUN_FOREVER = _BaseEventLoop.run_forever.__code__
# Of the standard library's selectors; they count without a frame.
_Selector: Any = getattr(selectors, "_BaseSelectorImpl", selectors.BaseSelector)
_get_name: Any = asyncio.Task.get_name
# Timers are due on the clock of `time.monotonic`, events are on that of `time.perf_counter` (equal on Linux).
_CLOCKS_APART_NS = perf_counter_ns() - monotonic_ns()
if abs(_CLOCKS_APART_NS) < 1_000_000:
    _CLOCKS_APART_NS = 0

FLUSH_AT_POLL_NS = 10_000_000  # a poll is the best moment to write; more often than this it would cost too much
FULL = 40_000  # integers buffered (10,000 events): write at once

_SUSPEND = schema.EV_STEP_SUSPEND
_YIELD = schema.EV_STEP_YIELD
_STEP_CANCEL = schema.EV_STEP_CANCEL


class LoopQueue(LoopTasks):
    """Recording of one loop. The loop is referred to weakly: it must die as it would."""

    __slots__ = ()

    def stop(self) -> None:
        if not self.thread:
            return
        if self.polling:
            self.end_poll()
        if self.ref is not None:
            self.end_step(perf_counter_ns())
        error = leaving(_getframe(1))
        string = self.recorder.tables.string(describe(error)) if error is not None else 0
        self.extend_events((schema.EV_LOOP_STOP, perf_counter_ns(), self.identify(), string))
        self.thread = 0
        self.busy = False
        self.buffer = self.extend_events = None

    def begin_callback(self, handle: Any, callback: Any, time: int) -> None:
        since, scheduler = self.scheduled.pop(handle.key if self.uvloop else id(handle), (0, 0))
        location = self.recorder.stacks.callback(callback)
        own = self.uvloop and handle.owner is not None  # a method of uvloop's own
        if own:
            begins(self, handle)
        if self.late and getattr(callback, "__qualname__", "") == STOPS:
            self.late = 2
        when = getattr(handle, "_when", None)
        if when is None:
            word, late = schema.EV_CALLBACK_BEGIN, time - since if since else U32_MAX
        else:
            word, late = schema.EV_TIMER_BEGIN, lateness_ns(when, time, self.loop())
            scheduler = 0  # the timer became due, whoever's step that interrupted
            self.recorder.timers.begins(handle, self.extend_events, time)
        self.busy = True
        self.began = time
        if when is None and not own and handle._args and type(handle._args[0]) is Gathering:
            gathered(self.recorder, handle._args[0])
        late = U32_MAX if late > U32_MAX else late if late > 0 else 0
        self.extend_events((word | (location << 8 if location <= AUX_MAX else 0), time, scheduler, late))

    def end_step(self, time: int) -> None:
        """The step of `self.ref`'s task ended at `time`: say how, and what the task waits for."""
        task, ref = self.task, self.ref
        self.task = self.ref = None
        if task is None:
            task = ref()
            if task is None:
                self.extend_events((_SUSPEND, time, ref.id, 0))
                return
        try:
            try:
                name = _get_name(task)
            except TypeError:  # a task written in Python
                name = task._name
            if name is not ref.name:
                self.rename(ref, name, time)
            if ref.cancelling > 0:
                self.note_uncancel(task, ref, time)
            state = task._state
            if state == "PENDING":
                awaits = self.awaits
                coroutine = task._coro
                site = awaits.site(coroutine)
                ident = site.ident
                if ref.rescheduled:
                    if not ident:
                        ident, _ = awaits.of(coroutine, task._fut_waiter)
                    ref.rescheduled = False
                    self.extend_events((_YIELD | (ident << 8 if ident <= AUX_MAX else 0), time, ref.id, 0))
                    return
                target = 0
                if not ident:
                    ident, target = awaits.of(coroutine, task._fut_waiter)
                elif site.find is not None:
                    target = awaits.target(site, coroutine)
                    if awaits.joined is not None:
                        self.joining(task, ref, site, time)
                self.extend_events((_SUSPEND | (ident << 8 if ident <= AUX_MAX else 0), time, ref.id, target))
            else:
                self.end_task(task, ref, state, time)
        except Exception:
            raise
        except BaseException:  # of a signal's handler: what comes next tells it
            if self.ref is None and not _is_told(self.buffer, ref, time):
                self.task, self.ref = task, ref
            raise

    def joining(self, task: Any, ref: TaskRef, site: Any, time: int) -> None:
        """A step ends in an `asyncio.wait`, for what `Awaits.target` has noted."""
        joins(self.recorder, ref.id, task._fut_waiter, site.stack, time)

    def rename(self, ref: TaskRef, name: object, time: int) -> None:
        string = self.recorder.tasks.renamed(ref, name)
        if string:
            self.extend_events((schema.EV_TASK_NAME, time, ref.id, string))

    def end_task(self, task: Any, ref: TaskRef, state: str, time: int) -> None:
        tasks = self.recorder.tasks
        if state == "FINISHED":
            error = task._exception
            if error is None:
                tasks.settled(ref)
                self.extend_events((schema.EV_STEP_RETURN, time, ref.id, 0))
            else:
                text, stack = tasks.failure(error)
                word = schema.EV_STEP_RAISE | (stack << 8 if stack <= AUX_MAX else 0)
                self.extend_events((word, time, ref.id, text))
        else:
            tasks.settled(ref)
            message = tasks.message(getattr(task, "_cancel_message", None)) or ref.message
            self.extend_events((schema.EV_STEP_CANCEL, time, ref.id, message))

    def end_iteration(self, size: int) -> None:
        """`_run_once` begins: what ran last has ended, and the loop polls if nothing is ready."""
        time = perf_counter_ns()
        if self.ref is not None:
            self.end_step(time)
        if len(self.buffer) > FULL:
            self.recorder.write_soon()
        busy, self.busy = self.busy, False
        if size:
            self.spins += 1
            if self.spins >= REPEATS_AFTER:
                spinning(self)
        else:
            self.spins = 0
            loop = self.loop()
            if scheduled_tasks is not None:
                self.meet_eager(loop)
            timeout_us = self.poll_timeout_us()
            if timeout_us:
                self.polling = True
                self.poll_ended = self.polled = 0
                word = schema.EV_POLL_BEGIN | min(descriptors(loop), AUX_MAX) << 8
                self.extend_events((word, time, self.identify(), timeout_us))
                if time - self.recorder.flushed_ns > FLUSH_AT_POLL_NS:
                    self.recorder.write_soon()
                return
        if busy:
            self.extend_events((schema.EV_RUN_END, time, self.identify(), 0))

    def look(self) -> None:
        look(self)

    def poll_timeout_us(self) -> int:
        if self.uvloop:
            return timeout_us(self)
        loop = self.loop()
        if loop is None or loop._stopping:
            return 0
        if not loop._scheduled:
            return U32_MAX
        if type(loop).time is not _TIME:  # a clock of the program's own: asking it could have an effect
            return U32_MAX
        due_us = int(loop._scheduled[0]._when * 1e6) - monotonic_ns() // 1000
        return max(0, min(due_us, U32_MAX - 1))


def _is_told(buffer: Any, ref: TaskRef, time: int) -> bool:
    """Whether the end of a step of this task at this time is the last in the buffer."""
    last = buffer[-4:] if type(buffer) is list else ()
    return len(last) == 4 and last[1] is time and last[2] == ref.id and _SUSPEND <= last[0] & 0xFF <= _STEP_CANCEL


def leaving(frame: Any) -> Optional[BaseException]:
    """The exception that leaves `run_forever`, in whose `finally` one of the frames from `frame` outwards is."""
    error = sys.exc_info()[1]
    trace = error.__traceback__ if error is not None else None
    while trace is not None and frame is not None:
        if trace.tb_frame is frame:
            return error
        if frame.f_code is _RUN_FOREVER:  # an older exception, which the program handles further out
            break
        frame = frame.f_back
    return None


def descriptors(loop: Any) -> int:
    """How many descriptors the loop waits for: the program's, and the one with which it is woken. 0 = not known."""
    selector = getattr(loop, "_selector", None)
    if not issubclass(type(selector), _Selector):
        return 0
    keys = selector.__dict__.get("_fd_to_key")
    return len(keys) if type(keys) is dict else 0


def lateness_ns(when: float, time: int, loop: Any) -> int:
    """How long after its due time a timer runs at `time`; U32_MAX when the loop has a clock of its own."""
    if loop is None or type(loop).time is not _TIME:
        return U32_MAX
    return time - _CLOCKS_APART_NS - int(when * 1e9)
