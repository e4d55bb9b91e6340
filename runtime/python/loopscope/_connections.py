"""Connections, endpoints, pipes and servers: when they open and close, between which ends, and how many bytes pass.

asyncio's transports of the selector loop keep all that in attributes: `_conn_lost` is assigned last when one is
made, `_protocol` is read to hand data over and set to None at the end, `_empty_waiter` (`_address` of datagrams)
is read once by each write. What the system sends from a file passes none of them: `_empty_waiter` is None again when
it has been sent. Bytes are counted and told when the recorder writes. Of a TLS connection they are those
on the wire.
"""

import asyncio
import io
import os
import sys
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any, Dict, Iterator, List, Optional, Tuple

from . import _accelerator
from . import _errors as errors
from . import _schema as schema
from ._details import ends, name_of_address
from ._format import AUX_MAX, U32_MAX
from ._stacks import CREATION_DEPTH
from ._watched import UNSET, Current, Watched

if TYPE_CHECKING:
    from ._recorder import Recorder

_getframe = sys._getframe
_selector_events: Any = getattr(asyncio, "selector_events", None)
_unix_events: Any = getattr(asyncio, "unix_events", None)
_Server: Any = getattr(asyncio, "Server", asyncio.base_events.Server)
_SENDFILE: Any = getattr(
    getattr(getattr(_selector_events, "BaseSelectorEventLoop", None), "_sendfile_native", None), "__code__", None
)
_FILES = (io.FileIO, io.BufferedReader, io.BufferedRandom)
_STREAM_NAMES = {0: "stdin", 1: "stdout", 2: "stderr"}


def hooks(current: Current) -> "Iterator[Tuple[Any, str, Any]]":
    yield _Server, "_serving", Watched("_serving", current, _serving)
    transport = getattr(_selector_events, "_SelectorTransport", None)
    if transport is not None:
        stream, datagram = _selector_events._SelectorSocketTransport, _selector_events._SelectorDatagramTransport
        reading = {_code(stream, "_read_ready__data_received"), _code(stream, "_read_ready__get_buffer")}
        reading.add(_code(datagram, "_read_ready"))
        yield transport, "_conn_lost", Watched("_conn_lost", current, _made)
        yield transport, "_protocol", _reads("_protocol", current, _protocol, reading, _received)
        yield stream, "_empty_waiter", _reads("_empty_waiter", current, _sent_file, {_code(stream, "write")}, _written)
        yield datagram, "_address", _reads("_address", current, None, {_code(datagram, "sendto")}, _written)
    reader = getattr(_unix_events, "_UnixReadPipeTransport", None)
    if reader is not None:
        yield reader, "_closing", Watched("_closing", current, _made)
        yield reader, "_protocol", _reads("_protocol", current, _protocol, {_code(reader, "_read_ready")}, _received)
        writer = _unix_events._UnixWritePipeTransport
        yield writer, "_closing", Watched("_closing", current, _made)
        yield writer, "_protocol", Watched("_protocol", current, _protocol)
        yield writer, "_buffer", _reads("_buffer", current, None, {_code(writer, "write")}, _written)


def _code(owner: Any, name: str) -> Any:
    return getattr(getattr(owner, name, None), "__code__", None)


def _reads(name: str, current: Current, seen: Any, codes: Any, read: Any) -> Any:
    accelerate = _accelerator.accelerate
    if accelerate is None:
        return _Read(name, current, seen, codes, read)
    return accelerate.CodeReads(name, current, seen or _unseen, read, tuple(codes))


def _unseen(*_: Any) -> None:
    """For an attribute of which only readings matter."""


class _Read(Watched):
    """Also tells when some functions read the attribute; other readings cost 0.3 µs."""

    def __init__(self, name: str, current: Current, seen: Any, codes: Any, read: Any) -> None:
        super().__init__(name, current, seen or _unseen)
        self._codes = codes
        self._read = read

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if instance is None:
            return self
        try:
            value = instance.__dict__[self._name]
        except KeyError:
            raise AttributeError(f"{type(instance).__name__!r} object has no attribute {self._name!r}") from None
        frame = _getframe(1)
        if frame.f_code in self._codes:
            recorder = self._current()
            if recorder is not None and recorder.output is not None:
                try:
                    self._read(recorder, instance, frame)
                except Exception:
                    recorder.broke()
        return value


_Counts: Any = getattr(_accelerator.accelerate, "Counts", object)


class Traffic(_Counts):  # type: ignore[misc]
    """Bytes of one connection. With the accelerator the numbers are C's."""

    __slots__ = (
        ("ident", "open", "received", "sent", "told_received", "told_sent", "untold") if _Counts is object else ()
    )

    def __init__(self, ident: int) -> None:
        self.ident = ident
        self.received = self.sent = self.told_received = self.told_sent = 0
        self.open = True
        self.untold = False  # some of its bytes are not told yet

    def tell(self, extend: Any, time: int) -> None:
        received, sent = self.received - self.told_received, self.sent - self.told_sent
        self.told_received += received
        self.told_sent += sent
        for kind, count in ((schema.EV_RECEIVED, received), (schema.EV_SENT, sent)):
            while count > 0:
                extend((kind, time, self.ident, min(count, U32_MAX)))
                count -= U32_MAX


class Connections:
    """The open connections by the transport's address, and those with bytes that are not told yet."""

    def __init__(self) -> None:
        self.open: Dict[int, Traffic] = {}
        self.untold: Dict[int, Traffic] = {}
        self.processes: Dict[int, int] = {}  # of uvloop's subprocesses: the object's id by the transport's address

    def tell(self, extend: Any, time: int) -> None:
        untold = self.untold
        for ident in list(untold):
            untold[ident].untold = False  # in case that Ctrl-C comes before it is said below
            traffic = untold.pop(ident)
            traffic.untold = False
            traffic.tell(extend, time)


def _made(recorder: "Recorder", transport: Any, before: Any, value: Any) -> None:
    if before is not UNSET:
        return
    stack = recorder.stacks.caller(_getframe(2), CREATION_DEPTH, True)
    values = transport.__dict__
    protocol, server = values.get("_protocol"), values.get("_server")
    extra = transport._extra
    ident = recorder.objects.ident(transport, schema.OBJECT_TRANSPORT, stack, _label(transport, protocol, extra))
    if not ident:
        return
    recorder.connections.open[id(transport)] = Traffic(ident)
    recorder.detail(ident, _pipe_of(protocol) or ends(extra, server is not None))
    word = schema.EV_OPENED | (stack << 8 if stack <= AUX_MAX else 0)
    by = recorder.objects.known(server) if server is not None else 0
    recorder.stream().extend((word, perf_counter_ns(), ident, by))


def _label(transport: Any, protocol: Any, extra: Dict[str, Any]) -> str:
    kind = type(transport).__name__
    if "Pipe" in kind:
        return "pipe"
    ip = type(extra.get("sockname")) is tuple
    if "Datagram" in kind:
        return "UDP endpoint" if ip else "datagram endpoint"
    return (
        "TLS connection" if type(protocol).__name__ == "SSLProtocol" else "TCP connection" if ip else "Unix connection"
    )


def _pipe_of(protocol: Any) -> str:
    """`stdout of process 12`, for the pipes of a subprocess."""
    if type(protocol).__name__ in ("ReadSubprocessPipeProto", "WriteSubprocessPipeProto"):
        pid = getattr(protocol.proc, "_pid", None)
        return f"{_STREAM_NAMES.get(protocol.fd, protocol.fd)} of process {pid}"
    return ""


def _protocol(recorder: "Recorder", transport: Any, before: Any, protocol: Any) -> None:
    if protocol is not None or before is None or before is UNSET:
        return
    traffic = recorder.connections.open.pop(id(transport), None)
    if traffic is None:
        return
    traffic.open = False
    recorder.connections.untold.pop(traffic.ident, None)
    extend, time = recorder.stream().extend, perf_counter_ns()
    traffic.tell(extend, time)
    error = _getframe(2).f_locals.get("exc")
    text = recorder.tables.string(errors.describe(error)) if isinstance(error, BaseException) else 0
    extend((schema.EV_CLOSED, time, traffic.ident, text))


def _received(recorder: "Recorder", transport: Any, frame: Any) -> None:
    values = frame.f_locals
    data = values.get("data")
    size = len(data) if type(data) is bytes else values.get("nbytes", 0)
    traffic = recorder.connections.open.get(id(transport))
    if traffic is not None and type(size) is int:
        traffic.received += size
        traffic.untold = True
        recorder.connections.untold[traffic.ident] = traffic


def _written(recorder: "Recorder", transport: Any, frame: Any) -> None:
    written_data(recorder, transport, frame.f_locals.get("data"))


def written_data(recorder: "Recorder", transport: Any, data: Any) -> None:
    """Given to a transport that keeps nothing in attributes: uvloop's."""
    traffic = recorder.connections.open.get(id(transport))
    if traffic is not None and type(data) in (bytes, bytearray, memoryview):
        traffic.sent += data.nbytes if type(data) is memoryview else len(data)
        traffic.untold = True
        recorder.connections.untold[traffic.ident] = traffic


def _sent_file(recorder: "Recorder", transport: Any, before: Any, waiter: Any) -> None:
    frame = _getframe(3)
    traffic = recorder.connections.open.get(id(transport))
    if waiter is not None or before is UNSET or frame.f_code is not _SENDFILE or traffic is None:
        return
    values = frame.f_locals
    file, offset, count = values.get("file"), values.get("offset"), values.get("count")
    if _fails(frame) or type(file) not in _FILES or type(offset) is not int:
        return  # after nobody knows how many bytes; or it is a file of the program's making
    size = max(0, os.fstat(file.fileno()).st_size - offset)
    traffic.sent += min(size, count) if type(count) is int else size
    recorder.connections.untold[traffic.ident] = traffic


def _fails(frame: Any) -> bool:
    """Whether an exception goes through the frame, in whose `finally` this is."""
    error = sys.exc_info()[1]
    trace = error.__traceback__ if error is not None else None
    while trace is not None and trace.tb_frame is not frame:
        trace = trace.tb_next
    return trace is not None


def _serving(recorder: "Recorder", server: Any, before: Any, serving: Any) -> None:
    if serving is True:
        stack = recorder.stacks.caller(_getframe(2), CREATION_DEPTH, True)
        ident = recorder.objects.ident(server, schema.OBJECT_SERVER, stack, "server")
        sockets: List[Any] = list(server.__dict__.get("_sockets") or ())
        recorder.detail(ident, ", ".join(filter(None, map(_address, sockets))))
        word = schema.EV_OPENED | (stack << 8 if stack <= AUX_MAX else 0)
        recorder.stream().extend((word, perf_counter_ns(), ident, 0))
    elif before is True:
        ident = recorder.objects.known(server)
        if ident:
            recorder.stream().extend((schema.EV_CLOSED, perf_counter_ns(), ident, 0))


def _address(socket: Any) -> Optional[str]:
    try:
        return name_of_address(socket.getsockname())
    except OSError:
        return None
