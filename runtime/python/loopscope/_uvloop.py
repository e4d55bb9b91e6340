"""uvloop's loops: tasks, their steps, waits and wake-ups, and the callbacks of `call_soon`.

uvloop's ready queue is out of reach, but whatever tasks schedule comes to `call_soon` of the loop's class. There
each callback gets two handles of the recorder's as neighbours, one that runs just before it and one just after: so
no frame of the recorder's is below the program's. They drive a queue like that of asyncio's own loops. What uvloop
runs past `call_soon` (timers, descriptors, transports, other threads' calls) is not seen, and the trace says so.
"""

import sys
from _thread import get_ident
from collections import deque
from contextvars import Context
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any, Tuple
from weakref import WeakKeyDictionary, ref

from . import _schema as schema
from ._foreign import note_foreign
from ._format import AUX_MAX
from ._loop import FLUSH_AT_POLL_NS, FULL
from ._queue import ReadyQueue, reset
from ._stacks import WAKER_DEPTH
from ._watched import Current

if TYPE_CHECKING:
    from ._recorder import Recorder

_getframe = sys._getframe
NOT_RECORDED = (
    "of uvloop's event loops: timers as they run, polling, transports and their bytes, signals, "
    "and what the loop's exception handler is told"
)
_DONE = "run_until_complete.<locals>.done_cb"


class Recorded:
    """What is recorded of one loop."""

    __slots__ = ("context", "queue")

    def __init__(self, queue: Any) -> None:
        self.queue = queue
        self.context = Context()  # of the recorder's own handles, which need no copy of the program's


class Neighbour:
    """Stands for a handle of uvloop's, whose callback cannot be asked for."""

    __slots__ = ("_args", "_callback", "_cancelled", "_recorded", "handle")

    def __init__(self, callback: Any, args: Tuple[Any, ...], recorded: Recorded) -> None:
        self._callback = callback
        self._args = args
        self._recorded = recorded
        self._cancelled = False
        self.handle: Any = None

    def begins(self) -> None:
        queue, handle = self._recorded.queue, self.handle
        self.handle = None
        if handle is None:
            return
        try:
            self._cancelled = handle.cancelled()
            if queue.recorder.output is None:
                return
            if not queue.thread:
                queue.start()
            if deque.__getitem__(queue, 0) is not self:  # a garbage collection scheduled something in between
                queue.remove(self)
                queue.appendleft(self)
            queue.popleft()
        except Exception:
            queue.recorder.broke()

    def ends(self) -> None:
        queue = self._recorded.queue
        recorder = queue.recorder
        if recorder.output is None:
            return
        try:
            time = perf_counter_ns()
            if queue.ref is not None:
                queue.step_ended()
            elif queue.busy:
                queue.busy = False
                queue.extend_events((schema.EV_RUN_END, time, queue.identify(), 0))
            if len(queue.buffer) > FULL or time - recorder.flushed_ns > FLUSH_AT_POLL_NS:
                recorder.write_soon()
            if getattr(self._callback, "__qualname__", "").endswith(_DONE):
                queue.stop()
        except Exception:
            recorder.broke()


def install(kind: Any, current: Current) -> None:
    """Record the loops of the class `uvloop.Loop`."""
    if not hasattr(kind, "call_soon") or "call_soon" in kind.__dict__:
        return
    loops: WeakKeyDictionary[Any, Recorded] = WeakKeyDictionary()
    plain, plain_threadsafe, plain_close = kind.call_soon, kind.call_soon_threadsafe, kind.close

    def recorded_of(loop: Any, recorder: "Recorder") -> Recorded:
        found = loops.get(loop)
        if found is None or type(found.queue) is not ReadyQueue:
            queue = ReadyQueue()
            queue.recorder = recorder
            queue.loop = recorder.weak(loop)
            reset(queue, recorder)
            name = recorder.tables.string(f"{type(loop).__module__}.{type(loop).__qualname__}")
            queue.loop_id = recorder.tables.define(schema.DEF_LOOP, name, 0)
            found = loops[loop] = Recorded(queue)
            recorder.queues.append(ref(queue))
            reason = recorder.tables.string(NOT_RECORDED)
            recorder.stream().extend((schema.EV_DROPPED, perf_counter_ns(), 0, reason))
        return found

    def call_soon(self: Any, callback: Any, *args: Any, context: Any = None) -> Any:
        recorder = current()
        if recorder is None or recorder.output is None:
            return plain(self, callback, *args, context=context)
        try:
            recorded = recorded_of(self, recorder)
            queue = recorded.queue
            neighbour = Neighbour(callback, args, recorded)
            foreign = queue.thread and queue.thread != get_ident()
        except Exception:
            recorder.broke()
            return plain(self, callback, *args, context=context)
        if foreign:
            handle = plain(self, callback, *args, context=context)
        else:
            plain(self, neighbour.begins, context=recorded.context)
            handle = neighbour.handle = plain(self, callback, *args, context=context)
            plain(self, neighbour.ends, context=recorded.context)
        try:
            if handle._source_traceback:
                del handle._source_traceback[-1]  # the line above
            if foreign:
                note_foreign(queue, _getframe(1), neighbour, 0)
            else:
                queue.append(neighbour)
        except Exception:
            recorder.broke()
        return handle

    def call_soon_threadsafe(self: Any, callback: Any, *args: Any, context: Any = None) -> Any:
        handle = plain_threadsafe(self, callback, *args, context=context)
        recorder = current()
        if recorder is not None and recorder.output is not None:
            try:
                if handle._source_traceback:
                    del handle._source_traceback[-1]
                queue = recorded_of(self, recorder).queue
                stack = recorder.stacks.caller(_getframe(1), WAKER_DEPTH, True)
                word = schema.EV_THREADSAFE_CALL | (stack << 8 if stack <= AUX_MAX else 0)
                location = recorder.stacks.callback(callback)
                recorder.stream().extend((word, perf_counter_ns(), queue.identify(), location))
            except Exception:
                recorder.broke()
        return handle

    def close(self: Any) -> None:
        plain_close(self)
        recorder = current()
        if recorder is not None and recorder.output is not None:
            try:
                found = loops.get(self)
                if found is not None and self.is_closed():
                    found.queue.stop()
                    deque.clear(found.queue)
                    event = (schema.EV_LOOP_CLOSE, perf_counter_ns(), found.queue.identify(), 0)
                    recorder.stream().extend(event)
            except Exception:
                recorder.broke()

    for name, method in (("call_soon", call_soon), ("call_soon_threadsafe", call_soon_threadsafe), ("close", close)):
        method.__qualname__ = f"Loop.{name}"
        method.__module__ = kind.__module__
        method.__doc__ = getattr(kind, name).__doc__
        setattr(kind, name, method)
