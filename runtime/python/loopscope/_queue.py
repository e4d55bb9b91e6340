"""The ready queue of an event loop, which sees everything that the loop does.

Every callback of a loop of the standard library passes `loop._ready`: `append` when it is scheduled (the
scheduler's frames are live then), `popleft` when it is about to run. `_run_once` asks for the queue's truth
value just before it polls and for its length just after. No frame of the recorder is ever below the
program's, so tracebacks, reference cycles and recursion depth are as without it.

The real operation comes first and the record second; an exception in a record ends the recording, never
the program.

docs/recorder.md says what it costs. Without the accelerator (`accelerator/`) about 1.3 µs of a step is the
queue's, 0.3 µs the walk for each coroutine of the chain, 0.15 µs the encoding of two events (CPython 3.13).
"""

import asyncio
import sys
from _thread import get_ident
from collections import deque
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any

from . import _accelerator
from . import _schema as schema
from ._loop import LoopQueue
from ._loop_tasks import is_cancelled
from ._sampler import Watch
from ._tasks import BUILTIN, METHOD, OTHER, PY_STEP, PY_WAKEUP, STEP, WAKEUP, callback_kinds, kind_of_type
from ._uvloop import View, end_batch, is_uvloop, put_ready, ready_of
from ._uvloop_io import LoopIO

if TYPE_CHECKING:
    from ._recorder import Recorder

_append = deque.append
_appendleft = deque.appendleft
_popleft = deque.popleft
_clear = deque.clear
_len = deque.__len__
_getframe = sys._getframe
_kind_of = callback_kinds.get
_RUN_ONCE: Any = asyncio.BaseEventLoop._run_once.__code__  # type: ignore[attr-defined]
_BEGIN = schema.EV_STEP_BEGIN
_BEGIN_CANCEL = schema.EV_STEP_BEGIN | 1 << 8


class QuietQueue(LoopQueue):
    """What a queue becomes when recording stops: the deque it would have been, at its speed."""

    __slots__ = ()


class PythonQueue(LoopQueue):
    __slots__ = ()

    def append(self, handle: Any) -> None:
        _append(self, handle)
        try:
            key = id(handle)
            if self.uvloop:
                handle = View(handle)
            callback = handle._callback
            kind = _kind_of(type(callback))
            if kind == STEP:
                ref = self.ref
                if ref is not None and ref.key == id(callback.__self__):  # a task yields, as by `sleep(0)`
                    ref.rescheduled = True
                else:
                    self.scheduled_task(handle, callback.__self__, False, _getframe(1))
                return
            if kind is None:
                kind = kind_of_type(type(callback))
                if kind == STEP:
                    self.scheduled_task(handle, callback.__self__, False, _getframe(1))
                    return
            if kind == BUILTIN:
                kind = WAKEUP if callback.__name__ == "task_wakeup" else OTHER
            elif kind == METHOD:
                function = callback.__func__
                kind = WAKEUP if function is PY_WAKEUP else STEP if function is PY_STEP else OTHER
            if kind == OTHER:
                ref = self.ref
                if get_ident() != self.thread:
                    ref = None
                    if self.thread:
                        self.foreign(handle, _getframe(1))
                elif self.polling:
                    self.polled += 1
                    if not self.poll_ended:
                        self.poll_ended = perf_counter_ns()
                self.scheduled[key] = (perf_counter_ns(), 0 if ref is None else ref.id)
            else:
                self.scheduled_task(handle, callback.__self__, kind == WAKEUP, _getframe(1))
        except Exception:
            self.recorder.broke()

    def popleft(self) -> Any:
        given = handle = _popleft(self)
        try:
            if self.uvloop:
                if type(self) is QuietQueue:  # uvloop had looked the method up when recording stopped
                    return given
                handle = View(handle)
            time = perf_counter_ns()
            if self.ref is not None:
                self.end_step(time)
                time = perf_counter_ns()
            elif not self.thread:
                self.start_unseen()
                time = perf_counter_ns()
            callback = handle._callback
            if handle._cancelled:
                self.scheduled.pop(id(given), None)
                return given
            kind = _kind_of(type(callback))
            if kind == BUILTIN:
                kind = WAKEUP if callback.__name__ == "task_wakeup" else OTHER
            elif kind == METHOD:
                function = callback.__func__
                kind = WAKEUP if function is PY_WAKEUP else STEP if function is PY_STEP else OTHER
            if not kind:
                self.begin_callback(handle, callback, time)
                return given
            task = callback.__self__
            ref = self.refs.get(id(task))
            if ref is None:
                ref = self.meet(task, None)
                if ref is None:
                    return given
            if task._must_cancel:
                self.note_unseen_cancel(task, ref, time)
                word = _BEGIN_CANCEL
            elif kind == WAKEUP and is_cancelled(handle._args[0]):
                word = _BEGIN_CANCEL
            else:
                word = _BEGIN
            if self.held:
                self.task = task
            self.ref = ref
            self.began = time
            self.busy = False
            self.extend_events((word, time, ref.id, 0))
        except Exception:
            self.recorder.broke()
        except BaseException:  # of a signal's handler: asyncio takes a handle and runs it with next to nothing between
            _appendleft(self, given)
            raise
        return given

    def __bool__(self) -> bool:
        size = _len(self)
        try:
            if self.thread and _getframe(1).f_code is _RUN_ONCE:
                self.end_iteration(size)
        except Exception:
            self.recorder.broke()
        return size > 0

    def __len__(self) -> int:
        size = _len(self)
        try:
            if self.uvloop:
                end_batch(self, size)
            elif self.polling and _getframe(1).f_code is _RUN_ONCE:
                self.end_poll()
        except Exception:
            self.recorder.broke()
        return size

    def clear(self) -> None:
        _clear(self)
        try:
            self.scheduled.clear()
            loop = self.loop()
            if loop is not None and loop._closed:
                self.recorder.stream().extend((schema.EV_LOOP_CLOSE, perf_counter_ns(), self.identify(), 0))
        except Exception:
            self.recorder.broke()


def _fastest() -> Any:
    """The class of a recording queue: with its hooks in C where the accelerator is there."""
    accelerate = _accelerator.bind()
    if accelerate is None:
        return PythonQueue
    accelerate.FastQueue.clear = PythonQueue.clear
    return accelerate.FastQueue


def record(loop: Any, recorder: "Recorder") -> LoopQueue:
    """Put a recording queue in the place of the loop's plain one; what is in it moves along."""
    old = ready_of(loop)
    queue = ReadyQueue()
    queue.recorder = recorder
    queue.loop = recorder.weak(loop)
    queue.uvloop, queue.late = is_uvloop(loop), 0
    reset(queue, recorder)
    # Ctrl-C may come before the loop has the new queue: then it still has all that is in the old one.
    count = 0
    while count < len(old):
        queue.append(old[count])
        count += 1
    put_ready(loop, old, queue)
    while count < len(old):  # another thread got hold of the old queue in between
        queue.append(old[count])
        count += 1
    return queue


def reset(queue: LoopQueue, recorder: "Recorder") -> None:
    """Forget everything that belongs to a trace: before the first event, and after a fork."""
    queue.recorder = recorder
    queue.refs = recorder.tasks.refs
    queue.awaits = recorder.awaits
    queue.loop_id = queue.thread = queue.poll_ended = queue.polled = queue.began = queue.stream = 0
    queue.cpu_clock = None
    queue.watch = Watch()
    queue.native = recorder.native
    queue.scheduled = {} if recorder.native is None else _accelerator.accelerate.Scheduled()
    queue.task = queue.ref = queue.buffer = queue.extend_events = None
    queue.busy = queue.polling = False
    queue.held = True
    queue.eager_looked = queue.spins = queue.watching = 0
    queue.repeats = queue.timers = queue.postponed = None
    queue.uvloop_io = LoopIO() if queue.uvloop else None


def again(queue: LoopQueue, recorder: "Recorder") -> None:
    """In a forked child: the queue's loop belongs to the child's trace now, in the middle of what it does."""
    running, task = queue.thread, queue.task
    reset(queue, recorder)
    if running == get_ident():
        queue.start()  # type: ignore[attr-defined]
        if task is not None:
            ref = queue.meet(task, None)  # type: ignore[attr-defined]
            queue.task, queue.ref = task, ref
            queue.extend_events((_BEGIN, perf_counter_ns(), ref.id, 0))


ReadyQueue: Any = _fastest()
