"""The tasks of one event loop, as they come into its ready queue: met, woken, cancelled."""

import asyncio
import sys
from _thread import get_ident
from time import perf_counter_ns
from typing import Any, Optional

from . import _schema as schema
from ._cancels import asked
from ._caught import requested, step_ended
from ._foreign import note_foreign
from ._format import AUX_MAX
from ._loop_state import LoopState
from ._objects import TaskRef
from ._scopes import Gathering, gathered
from ._stacks import CREATION_DEPTH, WAKER_DEPTH
from ._tasks import HAS_CANCELLING, cancelling

# A step may run inside another's only for eager tasks; then the recorder's own idea of the current task fails.
_current_task: Any = asyncio.current_task if sys.version_info >= (3, 12) else None
# asyncio's weak set of tasks: where eager tasks appear once they are suspended (3.12, 3.13; in 3.14 it is in C).
scheduled_tasks: Any = getattr(asyncio.tasks, "_scheduled_tasks", None) if _current_task is not None else None

_BEGIN = schema.EV_STEP_BEGIN
_SUSPEND = schema.EV_STEP_SUSPEND
_READY = schema.EV_TASK_READY


class LoopTasks(LoopState):
    __slots__ = ()

    def scheduled_task(self, handle: Any, task: Any, wakeup: bool, frame: Any) -> None:
        """`frame` put a task's step into the queue: a new task, a wake-up, or a future that was done already."""
        ref = self.refs.get(id(task))
        own = get_ident() == self.thread
        if own and ref is not None and ref is self.ref and not (wakeup and is_cancelled(handle._args[0])):
            ref.rescheduled = True
            return
        time = perf_counter_ns()
        extend = self.extend_events if own else self.recorder.stream().extend
        if own and self.polling:
            self.end_poll()
        if ref is None:
            if wakeup and id(task) in self.recorder.tasks.lost:  # it is being collected, and its coroutine closed
                return
            ref = self.meet_suspended(task) if wakeup else self.meet(task, frame)
            if ref is None:
                return
            if not wakeup:
                if not own and self.thread:
                    note_foreign(self, frame, handle, ref.id)
                return
        if not own and self.thread:
            note_foreign(self, frame, handle, ref.id)
        waker = self.current(own)
        stack = self.recorder.stacks.caller(frame, WAKER_DEPTH, False)
        if wakeup and is_cancelled(handle._args[0]):
            self.cancelled(task, ref, handle._args[0], time, stack, waker, extend)
        if wakeup and type(handle._args[0]) is Gathering:
            gathered(self.recorder, handle._args[0])
        if own and ref is self.ref:
            ref.rescheduled = True
        else:
            extend((_READY | (stack << 8 if stack <= AUX_MAX else 0), time, ref.id, waker))

    def foreign(self, handle: Any, frame: Any) -> None:
        """Another thread put a callback into the queue that is no task's step."""
        note_foreign(self, frame, handle, 0)

    def cancelled(self, task: Any, ref: TaskRef, future: Any, time: int, stack: int, waker: int, extend: Any) -> None:
        message = self.recorder.tasks.message(getattr(future, "_cancel_message", None))
        word = schema.EV_CANCEL_REQUEST | (stack << 8 if stack <= AUX_MAX else 0)
        for asked_task, target in asked(task, ref, future, self.refs):
            requested(self.recorder, asked_task, target)
            extend((word, time, target.id, waker))
            target.message = message
            if message:
                extend((schema.EV_CANCEL_MESSAGE, time, target.id, message))

    def note_unseen_cancel(self, task: Any, ref: TaskRef, time: int) -> None:
        """A task that was ready, or not started, was cancelled: only a flag tells, and not who set it."""
        if HAS_CANCELLING:
            count = cancelling(task)
            seen, ref.cancelling = ref.cancelling, count
            if count <= seen:
                return
        elif ref.cancelling:  # told already, by `_requests`
            ref.cancelling = 0
            return
        requested(self.recorder, task, ref)
        self.extend_events((schema.EV_CANCEL_REQUEST, time, ref.id, 0))
        ref.message = self.recorder.tasks.message(getattr(task, "_cancel_message", None))
        if ref.message:
            self.extend_events((schema.EV_CANCEL_MESSAGE, time, ref.id, ref.message))

    def note_uncancel(self, task: Any, ref: TaskRef, time: int) -> None:
        """A step ends while cancel requests stand. Were they taken back, only `cancelling()` tells, and no line."""
        count = cancelling(task)
        if count < ref.cancelling:
            ref.cancelling = count
            self.recorder.catches.pop(ref.id, None)
            self.extend_events((schema.EV_UNCANCEL, time, ref.id, count))
        else:
            step_ended(self.recorder, task, ref, self.extend_events, time)

    def current(self, own: bool) -> int:
        """Id of the task that runs in this thread, 0 = none."""
        if _current_task is not None:
            try:
                task = _current_task()
            except RuntimeError:  # no running loop in this thread
                return 0
            if task is None:
                return 0
            ref = self.refs.get(id(task))
            return ref.id if ref is not None else 0
        return self.ref.id if own and self.ref is not None else 0

    def meet(self, task: Any, frame: Any) -> Optional[TaskRef]:
        """A task seen for the first time: at its creation when `frame` is given, else later (an eager one)."""
        recorder = self.recorder
        eager = frame is None and _current_task is not None
        ref = recorder.tasks.meet(task, self.loop_id or self.identify(), schema.TASK_EAGER if eager else 0)
        if ref is None:
            return None
        own = get_ident() == self.thread
        extend = self.extend_events if own else recorder.stream().extend
        stack = creator = 0
        if frame is not None:
            stack = recorder.stacks.caller(frame, CREATION_DEPTH, True)
            creator = self.current(own)
        word = schema.EV_TASK_CREATE | (stack << 8 if stack <= AUX_MAX else 0)
        extend((word, perf_counter_ns(), ref.id, creator))
        return ref

    def meet_suspended(self, task: Any) -> Optional[TaskRef]:
        """An eager task, whose first step ran unseen inside the call that created it: it waits by now."""
        ref = self.meet(task, None)
        if ref is not None:
            ident, target = self.recorder.awaits.of(task._coro, task._fut_waiter)
            extend = self.extend_events if get_ident() == self.thread else self.recorder.stream().extend
            time = perf_counter_ns()
            extend((_BEGIN, time, ref.id, 0))
            self.recorder.awaits.joined = None  # its stack is not at hand
            extend((_SUSPEND | (ident << 8 if ident <= AUX_MAX else 0), time, ref.id, target))
        return ref

    def meet_eager(self, loop: Any) -> None:
        """Find eager tasks that nobody has woken yet: one that hangs from its first await on must be seen too.

        Done before a poll, when the loop has a task factory and the number of tasks has changed.
        """
        if loop._task_factory is None or not scheduled_tasks:
            return
        known = scheduled_tasks.data
        if len(known) == self.eager_looked:
            return
        self.eager_looked = len(known)
        for reference in tuple(known):
            task = reference()
            if task is not None and id(task) not in self.refs and task._loop is loop and task._state == "PENDING":
                self.meet_suspended(task)


def is_cancelled(future: Any) -> bool:
    """Whether a task gets a CancelledError from this future. A gather whose children were cancelled fails with one."""
    state = getattr(future, "_state", None)  # a foreign future's `cancelled()` is foreign code
    if type(future) is Gathering and state == "FINISHED":
        return isinstance(future._exception, asyncio.CancelledError)
    return state == "CANCELLED"
