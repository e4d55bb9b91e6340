"""libuv's handles below uvloop's objects, seen by the accelerator (`accelerator/uvloop_handles.c`): datagrams, what TLS
receives, children that end, and how many descriptors the loop waits for.

uvloop looks up what it calls for these each time, or calls it in C: only libuv's own callbacks come before it. What TLS
sends is seen as it leaves the buffer that uvloop encrypts into.
"""

import socket
import sys
import weakref
from gc import get_referents
from time import perf_counter_ns
from types import BuiltinMethodType
from typing import TYPE_CHECKING, Any, Optional

from . import _accelerator, _uvloop
from . import _schema as schema
from ._format import U32_MAX

if TYPE_CHECKING:
    from ._recorder import Recorder

STREAM, UDP, PROCESS = 0, 1, 2  # kinds of handles
OUTGOING = 4  # a kind of `Call`
_TLS = "SSLProtocol"


def install(module: Any) -> bool:
    """Whether what is seen here can be, in this build of uvloop."""
    accelerate = _accelerator.accelerate
    if sys.platform == "win32" or not hasattr(module, "libuv_get_loop_t_ptr"):
        return False
    accelerate.tell_exited(exited)
    return bool(module.libuv_get_version() >> 16 == 1)


def started(queue: Any) -> None:
    """The loop runs from here on: it has its descriptors for signals, and keeps them until it stops."""
    loop = queue.loop()
    if loop is None or not _uvloop.sees_handles():
        return
    queue.uvloop_io.libuv = sys.modules["uvloop.loop"].libuv_get_loop_t_ptr(loop)
    pair = [value.fileno() for value in get_referents(loop) if type(value) is socket.socket]
    first, second = pair if len(pair) == 2 else (-1, -1)
    _accelerator.accelerate.see_loop(queue, queue.uvloop_io.libuv, first, second)


def receives(queue: Any, transport: Any, protocol: Any) -> None:
    """A transport will hand data over: libuv is told what to call for it in a moment."""
    if not _uvloop.sees_handles() or (_kind(transport, protocol) is None):
        return
    if type(protocol).__name__ == _TLS:
        _sends(queue, transport, protocol)
    queue.uvloop_io.starting.append(weakref.ref(transport))
    queue.watching += 1


def _kind(transport: Any, protocol: Any) -> Optional[int]:
    if type(transport).__name__ == "UDPTransport":
        return UDP
    return STREAM if type(protocol).__name__ == _TLS else None


def _sends(queue: Any, transport: Any, protocol: Any) -> None:
    traffic = queue.recorder.connections.open.get(id(transport))
    accelerate = _accelerator.accelerate
    reads = [value for value in get_referents(protocol) if type(value) is BuiltinMethodType]
    for value in reads:
        place = accelerate.field(protocol, value, type(protocol).__basicsize__)
        if place and traffic is not None and value.__qualname__ == "MemoryBIO.read":
            accelerate.set_field(protocol, place, accelerate.Call(value, queue, OUTGOING, 0, 0, traffic))


def look(queue: Any) -> None:
    """A batch has ended, and with it what started to receive."""
    starting, queue.uvloop_io.starting = queue.uvloop_io.starting, []
    for reference in starting:
        transport = reference()
        if transport is not None:
            see(queue, transport)


def see(queue: Any, transport: Any) -> None:
    """libuv has been told what to call for a transport."""
    protocol = transport.get_protocol()
    kind = _kind(transport, protocol) if _uvloop.sees_handles() else None
    traffic = queue.recorder.connections.open.get(id(transport))
    if kind is not None and traffic is not None and not transport.is_closing():
        _see(queue, transport, kind, traffic, _takes(queue.recorder, protocol))


def _takes(recorder: "Recorder", protocol: Any) -> int:
    """The location of what takes the data."""
    if type(protocol).__name__ == _TLS:
        return recorder.stacks.callback(_uvloop.named("SSLProtocol.buffer_updated"))
    takes = getattr(type(protocol), "datagram_received", None)
    return recorder.stacks.callback(takes) if takes is not None else 0


def _see(queue: Any, transport: Any, kind: int, traffic: Any, location: int) -> None:
    see = _accelerator.accelerate.see_handle
    if see(transport, queue.uvloop_io.libuv, kind, traffic, queue, location) < 0:
        _uvloop.tell(queue.recorder, _uvloop.NOT_RECORDED)


def spawned(queue: Any, transport: Any) -> None:
    """A child has started; it may have ended since."""
    status = transport.get_returncode()
    if status is not None:
        exited(queue.recorder, transport, status)
    elif _uvloop.sees_handles():
        _see(queue, transport, PROCESS, None, 0)


def exited(recorder: "Recorder", transport: Any, status: Any) -> None:
    ident = recorder.connections.processes.pop(id(transport), 0)
    if ident and type(status) is int:
        recorder.stream().extend((schema.EV_EXITED, perf_counter_ns(), ident, status & U32_MAX))
