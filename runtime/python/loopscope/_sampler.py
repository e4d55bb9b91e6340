"""The loop thread's Python stack, taken by the helper thread while a step or callback holds the loop for long.

First when the threshold has passed, then whenever the time has doubled, at last every second. Frames are held
for the length of one walk, in which no lock is waited for: the loop's thread cannot run in between, and so
nothing of the program's is kept alive beyond its time.
"""

import dis
import sys
import threading
import time
from _thread import get_ident
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any, List, Optional, Tuple

from . import _schema as schema
from ._format import AUX_MAX, U32_MAX

if TYPE_CHECKING:
    from ._recorder import Recorder

DEFAULT_MS = 50.0
PERIOD_NS = 50_000_000
SLOWEST_NS = 1_000_000_000
DEPTH = 64
_RESUME = dis.opmap.get("RESUME")  # 3.11 and newer
_clock_of: Any = getattr(time, "pthread_getcpuclockid", None)


def cpu_clock(thread: int) -> Optional[int]:
    """The clock of the calling thread's CPU time, which other threads may read; None where there is none."""
    try:
        return int(_clock_of(thread)) if _clock_of is not None else None
    except OSError:
        return None


def threshold_ms(text: str) -> Optional[float]:
    """The threshold that a user gave, in ms (0 = no samples); None when it is not a number of them."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value < 1e9 else None


class Watch:
    """What the sampler knows of one loop."""

    __slots__ = ("began", "cpu_at_begin", "cpu_ns", "due")

    def __init__(self) -> None:
        self.began = 0  # when the step or callback began that `due` and `cpu_at_begin` belong to
        self.due = 0
        self.cpu_ns: Optional[int] = None  # the thread's CPU time at the last look
        self.cpu_at_begin: Optional[int] = None


class Sampler:
    def __init__(self, recorder: "Recorder", threshold: float) -> None:
        self._recorder = recorder
        self._threshold_ns = int(threshold * 1e6)

    def look(self) -> float:
        """Take the samples that are due. Returns in how many seconds to look again."""
        wait_ns = PERIOD_NS
        if self._threshold_ns:
            for reference in list(self._recorder.queues):
                queue: Any = reference()
                if queue is not None and queue.thread:
                    wait_ns = min(wait_ns, self._look_at(queue))
        return max(wait_ns, 1_000_000) / 1e9

    def _look_at(self, queue: Any) -> int:
        now, began = perf_counter_ns(), queue.began
        watch: Watch = queue.watch
        cpu_ns = _cpu_ns(queue.cpu_clock)
        if not (began and (queue.ref is not None or queue.busy)):
            watch.cpu_ns = cpu_ns
            return self._threshold_ns
        if watch.began != began:
            watch.began = began
            watch.due = began + self._threshold_ns
            # Exact when the thread has slept or worked all the time between the last look and the step.
            if cpu_ns is None or watch.cpu_ns is None:
                watch.cpu_at_begin = cpu_ns
            else:
                watch.cpu_at_begin = max(watch.cpu_ns, cpu_ns - (now - began))
        watch.cpu_ns = cpu_ns
        if now < watch.due:
            return watch.due - now
        lines = self._lines(queue, began)
        if lines:
            self._write(queue.stream, lines, now, watch, cpu_ns)
        step_ns = min(max(now - began, self._threshold_ns), SLOWEST_NS)
        watch.due = now + step_ns
        return step_ns

    def look_at_all(self) -> None:
        """A sample of every thread now, for whoever asked: of a step or callback, or of all that the thread does."""
        own, now = get_ident(), perf_counter_ns()
        blocked = set()
        for reference in list(self._recorder.queues):
            queue: Any = reference()
            if queue is None or not queue.thread or not (queue.ref is not None or queue.busy):
                continue
            self._tell_name(queue, now)
            watch: Watch = queue.watch if queue.watch.began == queue.began else Watch()
            lines = self._lines(queue, queue.began)
            if lines:
                blocked.add(queue.thread)
                self._write(queue.stream, lines, now, watch, _cpu_ns(queue.cpu_clock))
        for thread, frame in sys._current_frames().items():
            if thread != own and thread not in blocked:
                lines = whole_stack(frame)
                self._write(self._stream_of(thread), lines, now, Watch(), None)

    def _tell_name(self, queue: Any, now: int) -> None:
        """A name that was given since the task's last step ended, which is when it would be told."""
        from ._tasks import name_of

        ref, task = queue.ref, queue.task
        if ref is not None and task is not None and ref.key == id(task):
            string = self._recorder.tasks.renamed(ref, name_of(task))
            if string:
                self._recorder.helper_stream().extend((schema.EV_TASK_NAME, now, ref.id, string))

    def _stream_of(self, thread: int) -> int:
        recorder = self._recorder
        ident = recorder.streams_by_thread.get(thread)
        if ident is None:  # it has recorded nothing yet
            known = threading._active.get(thread)  # type: ignore[attr-defined]
            native = getattr(known, "native_id", None) or thread
            name = recorder.tables.string(getattr(known, "_name", None) or f"thread {thread}")
            ident = recorder.tables.define(schema.DEF_STREAM, name, native & U32_MAX, native >> 32 & U32_MAX)
            recorder.streams_by_thread[thread] = ident
        return ident

    def _lines(self, queue: Any, began: int) -> List[Tuple[Any, int]]:
        """`(code, line)` of the step's frames, innermost first."""
        innermost: Any = sys._current_frames().get(queue.thread)
        for frame in (begun(innermost), innermost):
            lines = self._within(frame)
            if lines:
                return lines if queue.began == began else []
        return []

    def _within(self, frame: Any) -> List[Tuple[Any, int]]:
        from ._stacks import OUTSIDE, SCHEDULING  # asyncio is there by now

        kind = self._recorder.stacks.kind
        lines: List[Tuple[Any, int]] = []
        while frame is not None and len(lines) < DEPTH:
            found = kind(frame.f_code)
            if found == OUTSIDE:
                break
            if lines or found != SCHEDULING:
                lines.append((frame.f_code, frame.f_lineno or 0))
            frame = frame.f_back
        return lines

    def _write(self, stream: int, lines: List[Tuple[Any, int]], now: int, watch: Watch, cpu_ns: Optional[int]) -> None:
        recorder = self._recorder
        stack = recorder.tables.stack([recorder.stacks.line(code, line) for code, line in reversed(lines)])
        cpu_us = U32_MAX
        if cpu_ns is not None and watch.cpu_at_begin is not None:
            cpu_us = min(max(cpu_ns - watch.cpu_at_begin, 0) // 1000, U32_MAX - 1)
        word = schema.EV_SAMPLE | (stack << 8 if stack <= AUX_MAX else 0)
        recorder.helper_stream().extend((word, now, stream, cpu_us))


def begun(frame: Any) -> Any:
    """The innermost frame that has done anything.

    A thread lets another one look where a function begins and where a loop goes round. A function that stands at its
    `def` has taken no time yet: what took it is the line that calls.
    """
    if frame is None or frame.f_back is None:
        return frame
    return frame.f_back if frame.f_lasti <= _entry(frame.f_code) else frame


def _entry(code: Any) -> int:
    """The last offset at which a function has not begun: that of RESUME, behind what makes its cells."""
    if _RESUME is None:
        return -1
    instructions = code.co_code
    for offset in range(0, min(len(instructions), 64), 2):
        if instructions[offset] == _RESUME:
            return offset
    return -1


def whole_stack(frame: Any) -> List[Tuple[Any, int]]:
    """`(code, line)` of a thread's frames, innermost first."""
    lines: List[Tuple[Any, int]] = []
    while frame is not None and len(lines) < DEPTH:
        lines.append((frame.f_code, frame.f_lineno or 0))
        frame = frame.f_back
    return lines


def _cpu_ns(clock: Optional[int]) -> Optional[int]:
    try:
        return time.clock_gettime_ns(clock) if clock is not None else None
    except OSError:  # the thread is gone
        return None
