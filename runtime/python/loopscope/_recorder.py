"""One trace being written: its tables, its threads' buffers, and the way of both to the file.

Events are extended to a plain list per thread; `flush` encodes what has gathered and writes it with one
call. Whoever flushes takes the turn or goes away: no thread of the program ever waits for it.
"""

import os
import sys
import threading
import weakref
from _thread import get_ident
from time import perf_counter_ns, time_ns
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Optional, Tuple

from . import _accelerator, _levels
from . import _format as fmt
from . import _handlers as handlers
from . import _schema as schema
from ._command import Program
from ._delivery import Delivery
from ._details import detail_of, socket_detail
from ._interpreters import NOT_RECORDED, are_there_others
from ._lineage import lineage
from ._output import Output
from ._processor import Processor
from ._tables import Tables
from ._uninterrupted import Turns, move

if TYPE_CHECKING:
    from ._awaits import Awaits
    from ._caught import Catches
    from ._objects import ObjectRef, Objects
    from ._queue import LoopQueue
    from ._stacks import Stacks
    from ._tasks import Tasks
    from ._timers import Timers

VERSION = "0.1.0"
ALIVE_NS = 100_000_000
OVERFULL = 200_000  # integers, or in C events, that one thread may gather until its helper comes to write them


class Stream:
    """The events of one thread: four integers each, `(kind | aux << 8, perf_counter_ns, a, b)`."""

    __slots__ = ("buffer", "extend", "ident")

    def __init__(self, ident: int) -> None:
        self.ident = ident
        accelerate = _accelerator.accelerate
        self.buffer: Any = [] if accelerate is None else accelerate.EventBuffer()
        self.extend: Callable[[Any], None] = self.buffer.extend

    def take(self, zero_ns: int, taken: List[Any]) -> None:
        """Moves what has gathered, in one call: the hooks only append, and what they add meanwhile stays for later."""
        if type(self.buffer) is list:
            move(self.buffer, taken, self.ident)
        else:
            taken.extend(map(self.buffer.take, (zero_ns,), (self.ident,)))


class Recorder:
    tables: Tables
    stacks: "Stacks"
    tasks: "Tasks"
    awaits: "Awaits"
    objects: "Objects"
    timers: "Timers"
    connections: "Any" = None  # its `Connections`, once asyncio is there

    def __init__(self, output: Output, program: Program, level: str) -> None:
        self.output: Optional[Output] = output
        self.path = output.path
        self.level = level  # how much is recorded
        self.has_helper: Callable[[], bool] = bool
        self.native: Any = None  # its tables as the accelerator reaches them, None = all is done in Python
        self.program = program
        self.tables = Tables()
        self.on_stream: Callable[[], None] = lambda: None  # called when a thread's first event is recorded
        self.queues: List[weakref.ref[LoopQueue]] = []
        self.zero_ns = self.flushed_ns = perf_counter_ns()
        self.catches: Catches = {}  # where a CancelledError that is under way can be caught
        self.untold: List[ObjectRef] = []  # queues whose levels wait for the next writing (`_queue_levels`)
        self.processor = Processor(self)
        self._streams: List[Stream] = []
        self.streams_by_thread: Dict[int, int] = {}  # the latest stream's id, by the thread's ident
        self._local = threading.local()
        self._delivery = Delivery(self.zero_ns)
        self._turns = Turns()
        self._ticked_ns = self.zero_ns
        self._alone = True  # no subinterpreter was seen
        output.write(fmt.header(self._header(time_ns())))

    def load(self) -> None:
        """What needs asyncio, once the program has imported it."""
        from ._awaits import Awaits
        from ._connections import Connections
        from ._objects import Objects
        from ._stacks import Stacks
        from ._tasks import Tasks, running_task
        from ._timers import Timers

        self.stacks = Stacks(self.tables)
        self.tasks = Tasks(self.tables, self.stacks)
        self.objects = Objects(self.tables)
        self.awaits = Awaits(self.tables, self.stacks, self.objects, self.tasks.refs)
        self.awaits.detail = self.detail
        self.timers = Timers()
        self.connections = Connections()
        self.objects.describe = self._describe
        self._running_task = running_task
        accelerate = _accelerator.bind()
        if accelerate is not None:
            self.native = accelerate.Native(self)
            self.tasks.forget = self.native.forget
            self.objects.forget = self.native.forget_object
            self.stacks.caller = self.native.caller  # type: ignore[method-assign]

    def weak(self, loop: Any) -> "weakref.ref[Any]":
        return weakref.ref(loop)

    def stream(self) -> Stream:
        """The stream of the calling thread; a thread id that is used again makes a new stream."""
        found: Optional[Stream] = getattr(self._local, "stream", None)
        if found is None:
            found = self._new_stream(thread_name())
            self.on_stream()
        return found

    def actor(self) -> Tuple[Callable[[Any], None], int]:
        """`(extend, task id)`: where the calling thread's events go, and the task that runs in it, 0 = none."""
        task = self._running_task()
        ref = self.tasks.refs.get(id(task)) if task is not None else None
        return self.stream().extend, ref.id if ref is not None else 0

    def _new_stream(self, name: str) -> Stream:
        native = threading.get_native_id() if hasattr(threading, "get_native_id") else get_ident()
        string = self.tables.string(name)
        ident = self.tables.define(schema.DEF_STREAM, string, native & fmt.U32_MAX, native >> 32 & fmt.U32_MAX)
        made = Stream(ident)
        self._streams.append(made)
        # A signal's handler may have been faster; then the one here stays empty.
        found: Stream = self._local.__dict__.setdefault("stream", made)
        self.streams_by_thread[get_ident()] = found.ident
        return found

    def write_soon(self) -> None:
        """For the program's loops. The helper writes; the caller does where there is none, or it cannot keep up."""
        if not self.has_helper() or any(len(stream.buffer) > OVERFULL for stream in self._streams):
            self.flush()

    def flush(self, wait: bool = False) -> bool:
        """Write what has gathered. Without `wait` it leaves when another thread is at it: False."""
        return self._write(wait, b"")

    def _write(self, wait: bool, end: bytes) -> bool:
        """`end`: a block that nothing follows, if it is not empty."""
        turn = self._turns.take(1.0 if wait else 0.0)
        if turn is None:
            return False
        output = self.output
        try:
            if output is None:
                self._rest()  # `broke` may have been interrupted
                self.quiet()
                return True
            if self.has_untold():
                self._tell()
            if self._delivery.deliver(output, self._streams, self.tables):
                self._ticked_ns = self.flushed_ns = perf_counter_ns()
            if end:
                self._delivery.end(output, end)
        except Exception as error:
            if output is self.output:  # else it was closed meanwhile, as in a child that a signal's handler forked
                self.broke(error)
        finally:
            turn.over()
        return True

    def has_untold(self) -> bool:
        return bool(self.untold) or (self.connections is not None and bool(self.connections.untold))

    def _tell(self) -> None:
        from ._queue_levels import level_of

        extend, time = self.helper_stream().extend, perf_counter_ns()
        waiting = self.untold[:]
        for ref in waiting:
            ref.told = 0
            queue = ref()
            level = level_of(queue) if queue is not None else -1
            if level >= 0:
                extend((schema.EV_LEVEL, time, ref.id, min(level, fmt.U32_MAX)))
        del self.untold[: len(waiting)]  # not before: what is interrupted is told again
        if self.connections is not None:
            self.connections.tell(extend, time)

    def tick(self) -> None:
        """Called about every 25 ms: write what has gathered, or now and then that nothing has."""
        now = perf_counter_ns()
        self._look_around()
        self.processor.look()
        if self.has_untold() or any(stream.buffer for stream in self._streams):
            self.flush()
        elif self._streams and now - self._ticked_ns >= max(ALIVE_NS, (now - self.flushed_ns) // 20):
            quiet_since = self.flushed_ns
            self.helper_stream().extend((schema.EV_ALIVE, now, 0, 0))
            self.flush()
            self.flushed_ns = quiet_since

    def _look_around(self) -> None:
        if self._alone and are_there_others():
            self._alone = False
            reason = self.tables.string(NOT_RECORDED)
            self.helper_stream().extend((schema.EV_DROPPED, perf_counter_ns(), 0, reason))

    def detail(self, ident: int, text: str) -> None:
        """What an object is, in words."""
        if ident and text:
            self.stream().extend((schema.EV_DETAIL, perf_counter_ns(), ident, self.tables.string(text)))

    def _describe(self, ident: int, value: Any, kind: int) -> None:
        if kind == schema.OBJECT_SOCKET:
            self.detail(ident, socket_detail(value, self.objects.refs[id(value)]))
        else:
            self.detail(ident, detail_of(value, kind))

    def helper_stream(self) -> Stream:
        found: Optional[Stream] = getattr(self._local, "stream", None)
        if found is None:
            found = self._new_stream("loopscope")
        return found

    def close(self, reason: str) -> None:
        """Write the rest and the END block; the program's loops go on unrecorded."""
        if self.output is None:
            return
        try:
            self._look_around()
            self.processor.look()
            if self.queues:
                from ._complaints import unretrieved_at_end

                unretrieved_at_end(self)
        except Exception as error:
            self.broke(error)
            return
        self.quiet()
        self._write(True, fmt.end(perf_counter_ns() - self.zero_ns, reason))
        output = self.leave()
        if output is not None:
            output.close()

    def broke(self, error: Optional[BaseException] = None) -> None:
        """Recording ends here, with one sentence; the program goes on."""
        if error is None:
            error = sys.exc_info()[1]
        output = self.leave()
        self.quiet()
        if output is not None:
            output.close()
            complain(error)

    def leave(self) -> Optional[Output]:
        """Nothing is recorded from here on; what was the output."""
        output, self.output = self.output, None
        self._rest()
        return output

    def _rest(self) -> None:
        if self.native is not None:
            self.native.stop()
        self.processor.close()

    def quiet(self) -> None:
        from_here_on = [reference() for reference in self.queues]
        if any(queue is not None for queue in from_here_on):
            from ._queue import QuietQueue

            for queue in from_here_on:
                if queue is not None:
                    queue.task = queue.ref = None
                    queue.__class__ = QuietQueue
        self.queues = []

    def _header(self, wall_clock_ns: int) -> Dict[str, Any]:
        return {
            "runtime": runtime(),
            "interpreter": dict(interpreter(), executable=sys.executable or ""),
            "platform": sys.platform,
            **lineage(),
            "ppid": os.getppid(),
            "name": self.program.name,
            "argv": self.program.argv,
            "cwd": working_directory(),
            "wallClockNs": str(wall_clock_ns),
            "monotonicNs": str(self.zero_ns),
            "level": self.level,
            "unrecorded": [*([] if handlers.KNOWN else ["CANCEL_CAUGHT"]), *_levels.UNRECORDED.get(self.level, ())],
            "accelerated": _accelerator.accelerate is not None,
        }


def runtime() -> Dict[str, str]:
    return {"name": "loopscope-python", "version": VERSION}


def interpreter() -> Dict[str, str]:
    name = sys.implementation.name
    return {
        "name": {"cpython": "CPython", "pypy": "PyPy"}.get(name, name),
        "version": "{}.{}.{}".format(*sys.version_info[:3]),
    }


def working_directory() -> str:
    try:
        return os.getcwd()
    except OSError:  # it was deleted
        return ""


def thread_name() -> str:
    """The thread's name, without `current_thread()`, which would enter a dummy for a foreign thread."""
    thread = threading._active.get(get_ident())  # type: ignore[attr-defined]
    name = getattr(thread, "_name", None)
    return name if type(name) is str else f"thread {get_ident()}"


def complain(error: Optional[BaseException], what: str = "stopped") -> None:
    """One sentence on the process's stderr, past whatever the program has put into `sys.stderr`."""
    from ._errors import describe

    reason = describe(error) if error is not None else "unknown"
    if isinstance(error, OSError) and error.strerror:
        reason = f"{error.strerror} ({error.filename})" if error.filename else str(error.strerror)
    try:
        os.write(2, f"loopscope: recording {what}: {reason}; the program goes on.\n".encode(errors="replace"))
    except OSError:
        pass
