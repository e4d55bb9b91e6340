"""uvloop's loops: a queue like that of asyncio's own loops stands in the place of their ready queue.

That place is a field of a C struct. It is the one that holds the deque which the loop refers to, so it is found by
looking for the deque's address in the loop, and not at an offset of some version of uvloop. From then on uvloop's
`append` and `popleft` are the queue's. Two things are different (`uvloop` in `LoopQueue`): handles have no attributes
that tell what they call, but refer to it; and the loop asks for the queue's length before and after each batch, where
asyncio's asks around a poll. Transports and subprocesses show themselves in the queue (`_uvloop_io`); what uvloop runs
past it (timers, descriptors, data) the accelerator sees (`_uvloop_methods`). What is missing the trace says.
"""

import struct
import sys
from collections import deque
from contextvars import Context
from gc import get_objects, get_referents
from time import perf_counter_ns
from types import FunctionType
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Tuple

from . import _accelerator
from . import _schema as schema
from ._foreign import THREADSAFE
from ._format import U32_MAX
from ._watched import Current

if TYPE_CHECKING:
    from ._recorder import Recorder

NOT_RECORDED = (
    "of uvloop's event loops, whose build is not known: what UDP endpoints receive, the bytes of TLS connections, "
    "how many descriptors it waits for, and the end of subprocesses with a protocol of the program's own"
)
NOT_SEEN = (
    "of uvloop's event loops, which the accelerator alone sees: timers as they run, bytes, servers, signals, "
    "watched descriptors, eager first steps, dropped generators, and what the loop's exception handler is told"
)
UNKNOWN = "uvloop's event loops: this build of uvloop keeps its callbacks in a way that is not known"
STOPS = "Loop._stop"  # what `stop()` schedules; the loop runs to the end of its batch after it
ASIDE_S = 0.001  # a timer of uvloop's runs while no batch does
_POINTER = struct.Struct("P")
_NEAR = 4096  # bytes: further in, a loop keeps what it reads
_kinds: Tuple[type, ...] = ()
_seen = False  # whether the accelerator sees uvloop's methods
_handles_seen = False  # and libuv's handles below its objects
_methods: Dict[str, Any] = {}


def is_uvloop(loop: Any) -> bool:
    return isinstance(loop, _kinds)


def ready_of(loop: Any) -> Any:
    """The ready queue of a loop, of asyncio or of uvloop; None where it is out of reach."""
    if not isinstance(loop, _kinds):
        return getattr(loop, "_ready", None)
    found = [value for value in get_referents(loop) if isinstance(value, deque)]
    return found[0] if len(found) == 1 and _field(loop, found[0]) else None


def put_ready(loop: Any, before: Any, queue: Any) -> None:
    if not isinstance(loop, _kinds):
        loop._ready = queue
        return
    field = _field(loop, before)
    if _accelerator.accelerate is not None:
        _accelerator.accelerate.set_field(loop, field, queue)
        return
    import ctypes

    ctypes.pythonapi.Py_IncRef(ctypes.py_object(queue))
    ctypes.c_void_p.from_address(id(loop) + field).value = id(queue)
    ctypes.pythonapi.Py_DecRef(ctypes.py_object(before))


def _field(loop: Any, value: object) -> int:
    """How far into the loop the pointer to `value` is, 0 = there is none."""
    if _accelerator.accelerate is not None:
        return int(_accelerator.accelerate.field(loop, value, _NEAR))
    try:
        import ctypes
    except ImportError:  # Python can be built without
        return 0
    size = min(type(loop).__basicsize__, _NEAR)
    pointers = [pointer for (pointer,) in _POINTER.iter_unpack(ctypes.string_at(id(loop), size - size % _POINTER.size))]
    return pointers.index(id(value)) * _POINTER.size if id(value) in pointers else 0


class View:
    """A handle of uvloop's, with the attributes that those of asyncio have."""

    __slots__ = ("_args", "_callback", "_cancelled", "key", "owner")

    def __init__(self, handle: Any) -> None:
        self.key = id(handle)
        referents = iter(get_referents(handle))
        for value in referents:
            if type(value) is Context:
                break
        callback, self._args = next(referents, None), next(referents, None)
        self._cancelled = callback is None
        # Of uvloop's own methods: the transport, say, whose method it is.
        self.owner = None if callback is None or callable(callback) else callback
        self._callback = callback if self.owner is None else _method(handle)


def _method(handle: Any) -> Any:
    return named(repr(handle).rpartition(" ")[2].rstrip(">"))


def named(name: str) -> Any:
    """A function that stands for a method of uvloop's, of which there is only a name."""
    found = _methods.get(name)
    if found is None:
        code = named.__code__.replace(co_filename="uvloop/loop.pyx", co_name=name, co_firstlineno=0)
        found = _methods[name] = FunctionType(code, {}, name)
        found.__qualname__ = name
    return found


def end_batch(queue: Any, size: int) -> None:
    """uvloop asks for the length: a batch of handles is about to run, or has run."""
    if not queue.thread:
        return
    if queue.polling:
        queue.end_poll()
    if queue.watching > 0:
        queue.look()
    step = queue.ref is not None
    if not step and not queue.busy:
        return
    time = perf_counter_ns()
    if step:
        queue.end_step(time)
    queue.busy = False
    if not size:
        if queue.late != 2:
            begin_poll(queue, time)
    elif not step:
        queue.extend_events((schema.EV_RUN_END, time, queue.identify(), 0))
    from ._loop import FLUSH_AT_POLL_NS, FULL

    if len(queue.buffer) > FULL or time - queue.recorder.flushed_ns > FLUSH_AT_POLL_NS:
        queue.recorder.write_soon()
    if queue.late == 2:
        queue.late = 1
        queue.stop()


def begin_poll(queue: Any, time: int) -> None:
    """Nothing is ready: uvloop polls. How many descriptors it waits for only libuv knows."""
    timeout = queue.poll_timeout_us() if queue.timers or _accelerator.accelerate is None else U32_MAX
    queue.polling = True
    queue.poll_ended = queue.polled = 0
    queue.extend_events((schema.EV_POLL_BEGIN, time, queue.identify(), timeout))


def install(kind: Any, current: Current, adopt: Callable[[Any], None]) -> None:
    """Record the loops of the class `uvloop.Loop`. `adopt` takes one into the trace."""
    global _kinds
    if kind in _kinds:
        return
    _kinds = (*_kinds, kind)
    global _seen, _handles_seen
    loop_module = sys.modules.get("uvloop.loop")
    if loop_module is not None and not _seen:
        from ._uvloop_methods import install as see  # which is told of loops too

        _seen = see(loop_module)
        from . import _uvloop_handles

        _handles_seen = _seen and _uvloop_handles.install(loop_module)
    plain_init, plain_threadsafe = kind.__init__, kind.call_soon_threadsafe

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        plain_init(self, *args, **kwargs)
        recorder = current()
        if recorder is not None and recorder.output is not None:
            try:
                adopt(self)
            except Exception:
                recorder.broke()

    def call_soon_threadsafe(self: Any, callback: Any, *args: Any, context: Any = None) -> Any:
        # Below this function the queue knows which call it is.
        handle = plain_threadsafe(self, callback, *args, context=context)
        if handle._source_traceback:
            del handle._source_traceback[-1]  # the line above
        return handle

    THREADSAFE.add(call_soon_threadsafe.__code__)
    for name, method in (("__init__", __init__), ("call_soon_threadsafe", call_soon_threadsafe)):
        plain: Any = getattr(kind, name)
        method.__qualname__ = f"Loop.{name}"
        method.__module__ = kind.__module__
        method.__doc__ = plain.__doc__
        setattr(kind, name, method)


def open_loops(kind: Any) -> List[Any]:
    """All of this class, looked for among all objects."""
    return [value for value in get_objects() if issubclass(type(value), kind) and not value.is_closed()]


def sees_handles() -> bool:
    return _handles_seen


def tell_missing(recorder: "Recorder") -> None:
    """What of a loop's will not be in the trace, if anything."""
    if not _handles_seen:
        tell(recorder, NOT_RECORDED if _seen else NOT_SEEN)


def tell(recorder: "Recorder", reason: str) -> None:
    recorder.stream().extend((schema.EV_DROPPED, perf_counter_ns(), 0, recorder.tables.string(reason)))
