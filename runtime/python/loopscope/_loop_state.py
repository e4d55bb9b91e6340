"""The state of the recording of one event loop, which its ready queue carries."""

import sys
from _thread import get_ident
from collections import deque
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any, Dict

from . import _accelerator
from . import _schema as schema
from ._format import AUX_MAX
from ._objects import TaskRef
from ._sampler import Watch, cpu_clock
from ._stacks import CREATION_DEPTH
from ._uvloop_handles import started

if TYPE_CHECKING:
    from ._recorder import Recorder

_getframe = sys._getframe

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


class LoopState(_State):  # type: ignore[misc]
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

    def end_poll(self) -> None:
        self.polling = False
        self.extend_events((schema.EV_POLL_END, self.poll_ended or perf_counter_ns(), self.identify(), self.polled))
