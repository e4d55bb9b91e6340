"""uvloop's transports, servers and subprocesses.

Each opens and ends with a handle of uvloop's own in the ready queue, which refers to it. Bytes are seen by the
accelerator alone (`_uvloop_methods`): uvloop's transports are C, and hand data over with no frame of Python's.
"""

import asyncio
import sys
import weakref
from gc import get_referents
from heapq import heappop
from time import monotonic_ns, perf_counter_ns
from types import MethodType
from typing import TYPE_CHECKING, Any, Dict, List, Tuple

from . import _accelerator, _uvloop_handles
from . import _errors as errors
from . import _schema as schema
from ._awaits import chain_of, frame_of
from ._connections import Traffic
from ._details import command, ends, name_of_address
from ._format import AUX_MAX, U32_MAX
from ._resources import level
from ._stacks import CREATION_DEPTH, USER
from ._transports import DEPTH

if TYPE_CHECKING:
    from ._recorder import Recorder

DATA = 2  # a `Call` of the accelerator's that is given what was read
_LABELS = {
    "TCPTransport": "TCP connection",
    "UnixTransport": "Unix connection",
    "UDPTransport": "UDP endpoint",
    "ReadUnixTransport": "pipe",
    "WriteUnixTransport": "pipe",
}
_STREAM_NAMES = {0: "stdin", 1: "stdout", 2: "stderr"}
_HANDOVERS = ("data_received", "buffer_updated")
_Future: Any = asyncio.Future


class LoopIO:
    """What is known of a loop's transports and timers."""

    def __init__(self) -> None:
        self.dues: List[float] = []  # a heap: when timers are due, those that are gone too
        self.paused: Dict[int, weakref.ref[Any]] = {}  # transports that told their protocol to pause writing
        self.opening: List[Tuple[weakref.ref[Any], int]] = []  # servers that do not serve yet; what made them
        self.starting: List[weakref.ref[Any]] = []  # transports that do not receive yet
        self.libuv: Any = None  # the pointer to libuv's loop, as uvloop gives it


def begins(queue: Any, handle: Any) -> None:
    """A method of one of uvloop's own objects is about to run."""
    owner, name = handle.owner, handle._callback.__name__
    if name == "UVTransport._call_connection_made":
        _opened(queue, owner)
    elif name == "UVTransport._call_connection_lost":
        _lost(queue.recorder, owner, handle._args)
        queue.uvloop_io.paused.pop(id(owner), None)
    elif name == "UVProcessTransport._call_connection_made":
        spawned(queue, owner, handle._args)


def _opened(queue: Any, transport: Any) -> None:
    recorder = queue.recorder
    if id(transport) in recorder.connections.open:
        return
    referents = get_referents(transport)
    protocol = transport.get_protocol()
    waiter = next((value for value in referents if issubclass(type(value), _Future)), None)
    server = next((value for value in referents if type(value).__name__ == "Server"), None)
    stack = awaiting(recorder, waiter)
    kind = type(transport).__name__
    label = "TLS connection" if type(protocol).__name__ == "SSLProtocol" else _LABELS.get(kind, kind)
    ident = recorder.objects.ident(transport, schema.OBJECT_TRANSPORT, stack, label)
    if not ident:
        return
    recorder.connections.open[id(transport)] = Traffic(ident)
    recorder.detail(ident, _pipe_of(protocol) or ends(_addresses(transport, label), server is not None))
    extend, time = recorder.stream().extend, perf_counter_ns()
    by = recorder.objects.known(server) if server is not None else 0
    extend((schema.EV_OPENED | (stack << 8 if stack <= AUX_MAX else 0), time, ident, by))
    reads(queue, transport, protocol)


def _addresses(transport: Any, label: str) -> Dict[str, Any]:
    if label == "pipe":
        return {}
    found = {}
    for name in ("sockname", "peername"):
        try:
            found[name] = transport.get_extra_info(name)
        except OSError:  # it is gone already
            pass
    return found


def _pipe_of(protocol: Any) -> str:
    """`stdout of process 12`, for the pipes of a subprocess."""
    if type(protocol).__name__ in ("ReadSubprocessPipeProto", "WriteSubprocessPipeProto"):
        return f"{_STREAM_NAMES.get(protocol.fd, protocol.fd)} of process {protocol.proc.get_pid()}"
    return ""


def _lost(recorder: "Recorder", transport: Any, error: Any) -> None:
    traffic = recorder.connections.open.pop(id(transport), None)
    if traffic is None:
        return
    traffic.open = False
    recorder.connections.untold.pop(traffic.ident, None)
    extend, time = recorder.stream().extend, perf_counter_ns()
    traffic.tell(extend, time)
    text = recorder.tables.string(errors.describe(error)) if isinstance(error, BaseException) else 0
    extend((schema.EV_CLOSED, time, traffic.ident, text))


def reads(queue: Any, transport: Any, protocol: Any) -> None:
    """Have the protocol's `data_received`, which the transport refers to, told with its beginning and its end."""
    accelerate = _accelerator.accelerate
    traffic = queue.recorder.connections.open.get(id(transport))
    if accelerate is None or traffic is None:
        return
    _uvloop_handles.receives(queue, transport, protocol)
    for value in get_referents(transport):
        if type(value) is MethodType and value.__self__ is protocol and value.__name__ in _HANDOVERS:
            place = accelerate.field(transport, value, type(transport).__basicsize__)
            if place:
                accelerate.set_field(transport, place, accelerate.Call(value, queue, DATA, 0, 0, traffic))


def awaiting(recorder: "Recorder", future: Any) -> int:
    """The stack of the program's coroutines that await a future, 0 = not known."""
    for entry in getattr(future, "_callbacks", None) or ():
        task = getattr(entry[0], "__self__", None)
        if id(task) in recorder.tasks.refs:
            frames = [frame_of(coroutine) for coroutine in chain_of(task._coro)]
            while frames and recorder.stacks.kind(frames[-1].f_code) != USER:
                frames.pop()
            return recorder.stacks.suspended(frames[-CREATION_DEPTH:]) if frames else 0
    return 0


def buffered(recorder: "Recorder", transport: Any, size: int) -> None:
    """Data waits in a transport: so much that its protocol was told to pause?"""
    ident = recorder.objects.known(transport)
    queue = queue_of(recorder, transport)
    if not ident or queue is None:
        return
    _, high = transport.get_write_buffer_limits()
    ref = recorder.objects.refs[id(transport)]
    extend, time = recorder.stream().extend, perf_counter_ns()
    if not ref.told:
        ref.told = 1
        extend((schema.EV_CAPACITY, time, ident, min(high, U32_MAX)))
    level(recorder, ident, size, DEPTH)
    if size > high and id(transport) not in queue.uvloop_io.paused:
        queue.uvloop_io.paused[id(transport)] = weakref.ref(transport)
        queue.watching += 1
        _switched(recorder, ident, 0)


def _switched(recorder: "Recorder", ident: int, resumed: int) -> None:
    stack = 0 if resumed else recorder.stacks.caller(sys._getframe(1), DEPTH, True)
    word = schema.EV_WRITING | (stack << 8 if stack <= AUX_MAX else 0)
    recorder.stream().extend((word, perf_counter_ns(), ident, resumed))


def queue_of(recorder: "Recorder", value: Any) -> Any:
    """The queue of the loop that one of uvloop's objects belongs to."""
    held = get_referents(value)
    for reference in recorder.queues:
        queue = reference()
        loop = queue.loop() if queue is not None else None
        if loop is not None and any(found is loop for found in held):
            return queue
    return None


def look(queue: Any) -> None:
    """A batch begins, or has ended: which servers serve by now, which transports receive, or take data again?"""
    io, recorder = queue.uvloop_io, queue.recorder
    if io.starting:
        _uvloop_handles.look(queue)
    for key, reference in list(io.paused.items()):
        transport = reference()
        ident = recorder.objects.known(transport) if transport is not None else 0
        size = transport.get_write_buffer_size() if ident else 0
        if not ident or size <= transport.get_write_buffer_limits()[0]:
            del io.paused[key]
            if ident:
                level(recorder, ident, size, DEPTH)
                _switched(recorder, ident, 1)
    io.opening[:] = [(reference, stack) for reference, stack in io.opening if not _serves(recorder, reference(), stack)]
    queue.watching = len(io.paused) + len(io.opening)


def server_made(queue: Any, server: Any, stack: int) -> None:
    queue.recorder.objects.ident(server, schema.OBJECT_SERVER, stack, "server")
    queue.uvloop_io.opening.append((weakref.ref(server), stack))
    queue.watching += 1


def _serves(recorder: "Recorder", server: Any, stack: int) -> bool:
    """Whether it needs no further look."""
    if server is None:
        return True
    if not server.is_serving():
        return False
    ident = recorder.objects.known(server)
    names = [name_of_address(socket.getsockname()) for socket in server.sockets]
    recorder.detail(ident, ", ".join(filter(None, names)))
    word = schema.EV_OPENED | (stack << 8 if stack <= AUX_MAX else 0)
    recorder.stream().extend((word, perf_counter_ns(), ident, 0))
    return True


def spawned(queue: Any, transport: Any, waiter: Any) -> None:
    recorder = queue.recorder
    stack = awaiting(recorder, waiter)
    # It takes no weak reference, and is known by its address until it has ended.
    ident = recorder.tables.define(schema.DEF_OBJECT, schema.OBJECT_PROCESS, recorder.tables.string("Process"), stack)
    if ident:
        recorder.connections.processes[id(transport)] = ident
        recorder.detail(ident, command(_arguments(transport)))
        word = schema.EV_SPAWNED | (stack << 8 if stack <= AUX_MAX else 0)
        recorder.stream().extend((word, perf_counter_ns(), ident, transport.get_pid() & U32_MAX))
        _uvloop_handles.spawned(queue, transport)


def _arguments(transport: Any) -> List[bytes]:
    """The only list of bytes that a subprocess's transport keeps, but for its environment."""
    for value in get_referents(transport):
        if type(value) is list and value and all(type(part) is bytes for part in value):
            return list(value[2:]) if value[:2] == [b"/bin/sh", b"-c"] and len(value) == 3 else value
    return []


def timeout_us(queue: Any) -> int:
    """How long the loop's timers let it poll."""
    timers, dues = queue.timers, queue.uvloop_io.dues
    if timers is None:
        timers = queue.timers = timers_of(queue.loop())
    if not timers:
        return U32_MAX
    if not dues or len(dues) > 2 * len(timers) + 64:
        dues[:] = sorted(handle.when() for handle in timers)
    now = monotonic_ns()
    while dues and dues[0] * 1e9 < now and len(dues) > 1:
        heappop(dues)
    return max(0, min(int(dues[0] * 1e6) - now // 1000, U32_MAX - 1))


def timers_of(loop: Any) -> Any:
    """The loop's set of timers, None = it has none to know it by."""
    for value in get_referents(loop) if loop is not None else ():
        if type(value) is set and value and type(next(iter(value))).__name__ == "TimerHandle":
            return value
    return None
