"""The recording of one event loop: the state that its ready queue carries, and all that is not in its hot path.

The methods here are called from within the guards of `_queue` and `_hooks`: what they raise ends the recording.
"""

import asyncio
import selectors
import sys
from _thread import get_ident
from collections import deque
from time import monotonic_ns, perf_counter_ns
from typing import TYPE_CHECKING, Any, Dict, Optional

from . import _accelerator
from . import _schema as schema
from ._cancels import asked
from ._caught import requested, step_ended
from ._errors import describe
from ._foreign import note_foreign
from ._format import AUX_MAX, U32_MAX
from ._objects import TaskRef
from ._repeats import AFTER as REPEATS_AFTER
from ._repeats import spinning
from ._sampler import Watch, cpu_clock
from ._scopes import Gathering, gathered, joins
from ._stacks import CREATION_DEPTH, WAKER_DEPTH
from ._tasks import HAS_CANCELLING, cancelling
from ._uvloop import STOPS
from ._uvloop_handles import started
from ._uvloop_io import begins, look, timeout_us

if TYPE_CHECKING:
    from ._recorder import Recorder

_getframe = sys._getframe
_BaseEventLoop: Any = asyncio.BaseEventLoop
_TIME = _BaseEventLoop.time
_RUN_FOREVER = _BaseEventLoop.run_forever.__code__
# Of the standard library's selectors; they count without a frame.
_Selector: Any = getattr(selectors, "_BaseSelectorImpl", selectors.BaseSelector)
_get_name: Any = asyncio.Task.get_name
# A step may run inside another's only for eager tasks; then the recorder's own idea of the current task fails.
_current_task: Any = asyncio.current_task if sys.version_info >= (3, 12) else None
# asyncio's weak set of tasks: where eager tasks appear once they are suspended (3.12, 3.13; in 3.14 it is in C).
_scheduled_tasks: Any = getattr(asyncio.tasks, "_scheduled_tasks", None) if _current_task is not None else None
# Timers are due on the clock of `time.monotonic`, events are on that of `time.perf_counter` (equal on Linux).
_CLOCKS_APART_NS = perf_counter_ns() - monotonic_ns()
if abs(_CLOCKS_APART_NS) < 1_000_000:
    _CLOCKS_APART_NS = 0

FLUSH_AT_POLL_NS = 10_000_000  # a poll is the best moment to write; more often than this it would cost too much
FULL = 40_000  # integers buffered (10,000 events): write at once

_BEGIN = schema.EV_STEP_BEGIN
_BEGIN_CANCEL = schema.EV_STEP_BEGIN | 1 << 8
_SUSPEND = schema.EV_STEP_SUSPEND
_YIELD = schema.EV_STEP_YIELD
_READY = schema.EV_TASK_READY
_STEP_CANCEL = schema.EV_STEP_CANCEL


# What changes with every step; the accelerator has a deque that keeps these as numbers of C.
_NUMBERS = (
    "began",
    "busy",
    "held",
    "late",
    "loop_id",
    "poll_ended",
    "polled",
    "polling",
    "spins",
    "thread",
    "uvloop",
    "watching",
)
_State: Any = getattr(_accelerator.accelerate, "LoopState", deque)


class LoopQueue(_State):  # type: ignore[misc]
    """State of the recording of one loop. The loop is referred to weakly: it must die as it would."""

    __slots__ = (
        *(_NUMBERS if _State is deque else ()),
        "awaits",
        "buffer",
        "cpu_clock",
        "eager_looked",
        "extend_events",
        "loop",
        "native",
        "postponed",
        "recorder",
        "ref",
        "refs",
        "repeats",
        "scheduled",
        "stream",
        "task",
        "timers",
        "uvloop_io",
        "watch",
    )

    loop: Any  # weak reference
    loop_id: int
    recorder: "Recorder"
    native: Any  # the recorder's tables as the accelerator reaches them, None = all is done in Python
    refs: Dict[int, TaskRef]  # the living tasks
    scheduled: Any  # by id(handle): when it was scheduled, ns, and the task that did; a dict, or the accelerator's
    thread: int  # ident of the thread that runs the loop, 0 = it does not run
    awaits: Any  # the recorder's `Awaits`
    buffer: Any  # that thread's stream's list, None = it does not run
    extend_events: Any  # its bound `extend`
    task: Any  # the task whose step runs: held for the length of the step, since its end is read afterwards
    ref: Any  # its TaskRef, None = no step runs
    eager_looked: int  # how many tasks asyncio knew when eager ones were last looked for
    held: bool  # whether `task` is held
    busy: bool  # a callback that is not a step runs
    began: int  # ns: when the step or callback that runs began; of the last one while none runs
    stream: int  # the id of that thread's stream
    cpu_clock: Any  # the clock of its CPU time, None = not known
    watch: Watch  # the sampler's notes
    polling: bool
    spins: int  # iterations since the loop came to wait; negative: until `_repeats` looks again
    postponed: Any  # what a signal's handler raised as the loop started, None = nothing
    repeats: Any  # its `Repeats`, None = never looked for
    poll_ended: int  # ns, 0 = not seen yet
    polled: int  # handles that the poll made ready
    uvloop: bool  # its handles and its lengths are as `_uvloop` says
    watching: int  # of uvloop: how many things `look` looks at when a batch begins or ends
    timers: Any  # of uvloop: the loop's set of timers, None = not met yet
    uvloop_io: Any  # of uvloop: its `LoopIO`, None = it is another loop
    late: int  # of uvloop's: 1 = nothing tells when it stops running, 2 = it does after what runs now

    def identify(self) -> int:
        """The loop's id; defined when first needed."""
        if not self.loop_id:
            loop = self.loop()
            kind = type(loop)
            name = f"{kind.__module__}.{kind.__qualname__}" if self.uvloop else kind.__name__
            name = self.recorder.tables.string(name)
            stream = self.recorder.stream().ident if self.thread else 0
            self.loop_id = self.recorder.tables.define(schema.DEF_LOOP, name, stream)
        return self.loop_id

    def start(self, held: bool = True, frame: Any = None) -> None:
        """The loop runs from here on, in this thread; `frame` is that of what runs it, None = the caller's.

        Without `held` somebody drives `_run_once` by hand, and its end is not seen: a task may be gone by then.
        """
        self.held = held
        stream = self.recorder.stream()
        self.stream = stream.ident
        self.buffer = stream.buffer
        self.extend_events = stream.extend
        self.polling = self.busy = False
        self.thread = get_ident()  # after what the hooks need of a loop that runs
        self.cpu_clock = cpu_clock(self.thread)
        stack = self.recorder.stacks.caller(frame or _getframe(1), CREATION_DEPTH, False)
        word = schema.EV_LOOP_START | (stack << 8 if stack <= AUX_MAX else 0)
        self.extend_events((word, perf_counter_ns(), self.identify(), 0))
        self.recorder.processor.follow(self.stream)
        if self.uvloop:
            started(self)

    def start_unseen(self) -> None:
        """A handle runs, and nothing has told that the loop does."""
        self.late = int(self.uvloop)
        self.start(held=self.uvloop)

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
        if loop._task_factory is None or not _scheduled_tasks:
            return
        known = _scheduled_tasks.data
        if len(known) == self.eager_looked:
            return
        self.eager_looked = len(known)
        for reference in tuple(known):
            task = reference()
            if task is not None and id(task) not in self.refs and task._loop is loop and task._state == "PENDING":
                self.meet_suspended(task)

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
                ref.telling = False
                self.extend_events((schema.EV_STEP_RETURN, time, ref.id, 0))
            else:
                text, stack = tasks.failure(error)
                word = schema.EV_STEP_RAISE | (stack << 8 if stack <= AUX_MAX else 0)
                self.extend_events((word, time, ref.id, text))
        else:
            ref.telling = False
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
            if _scheduled_tasks is not None:
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

    def end_poll(self) -> None:
        self.polling = False
        self.extend_events((schema.EV_POLL_END, self.poll_ended or perf_counter_ns(), self.identify(), self.polled))


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


def is_cancelled(future: Any) -> bool:
    """Whether a task gets a CancelledError from this future. A gather whose children were cancelled fails with one."""
    state = getattr(future, "_state", None)  # a foreign future's `cancelled()` is foreign code
    if type(future) is Gathering and state == "FINISHED":
        return isinstance(future._exception, asyncio.CancelledError)
    return state == "CANCELLED"


def lateness_ns(when: float, time: int, loop: Any) -> int:
    """How long after its due time a timer runs at `time`; U32_MAX when the loop has a clock of its own."""
    if loop is None or type(loop).time is not _TIME:
        return U32_MAX
    return time - _CLOCKS_APART_NS - int(when * 1e9)
