"""What the program calls of uvloop's, seen by the accelerator in uvloop's own methods (`accelerator/uvloop_methods.c`):
timers, descriptors, signals, writes, servers, the exception handler. No frame and no other object takes part in it.

A callback that uvloop runs past the ready queue is replaced, inside the handle, by a `Call` that tells when it begins
and ends, and is to whoever looks at it what it calls.
"""

import asyncio
import sys
from _thread import get_ident
from gc import get_referents
from heapq import heappush
from inspect import iscoroutinefunction
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any, Dict, Iterator, Optional, Tuple

from . import _accelerator, _eager, _uvloop_handles
from . import _schema as schema
from ._complaints import context_told
from ._format import AUX_MAX, U32_MAX
from ._stacks import CREATION_DEPTH, USER
from ._uvloop_io import buffered, queue_of, reads, server_made, timers_of
from ._watched import Current, Watched

if TYPE_CHECKING:
    from ._recorder import Recorder

Hook = Any  # (recorder, self, positional arguments[, result])
DESCRIPTOR, TIMER, SIGNAL = 0, 1, 3  # kinds of `Call`
_getframe = sys._getframe
_queues: "Dict[int, Any]" = {}  # by id of the loop: weak reference to its queue
_WATCHES = ("add_reader", "add_writer", "remove_reader", "remove_writer")


def install(module: Any) -> bool:
    """See the methods of `uvloop.loop`. False where this build of uvloop is made in another way."""
    accelerate = _accelerator.accelerate
    if accelerate is None:
        return False
    accelerate.tell_buffered(buffered)
    found = [
        accelerate.see(getattr(module, owner), name, before, after, writes)
        for owner, name, before, after, writes in _methods()
        if hasattr(module, owner)
    ]
    server = getattr(module, "Server", None)
    found.append(server is not None and accelerate.see_new(server, _server_made))
    return all(found)


def _methods() -> "Iterator[Tuple[str, str, Hook, Hook, bool]]":
    yield "Loop", "call_later", None, _timer_set, False
    yield "TimerHandle", "cancel", _timer_cancelled, None, False
    for number, name in enumerate(_WATCHES, 1):
        yield "Loop", name, _descriptor if number < 3 else None, _watches(number), False
    yield "Loop", "add_signal_handler", _signal_handler, None, False
    yield "Loop", "call_exception_handler", _complaint, None, False
    yield "Loop", "set_task_factory", None, _factory_set, False
    yield "Loop", "_asyncgen_finalizer_hook", _finalized, None, False
    yield "UVStream", "write", None, None, True
    yield "UVStream", "writelines", None, _written_lines, False
    yield "UDPTransport", "sendto", None, None, True
    yield "UVStream", "resume_reading", None, _reads_again, False
    yield "SSLProtocol", "pause_writing", _encrypted_waits, None, False
    yield "UVBaseTransport", "set_protocol", None, _protocol_set, False
    yield "Server", "close", None, _server_closed, False
    for name, number in (("terminate", 15), ("kill", 9), ("send_signal", 0)):
        yield "UVProcessTransport", name, None, _signalled(number), False


def _queue(recorder: "Recorder", loop: Any) -> Any:
    """The recording queue of a loop that this thread runs or has just made, None = it has none."""
    for reference in recorder.queues:
        queue = reference()
        if queue is not None and queue.loop() is loop:
            return queue if queue.uvloop and queue.thread in (0, get_ident()) else None
    return None


def _word(kind: int, stack: int) -> int:
    return kind | (stack << 8 if stack <= AUX_MAX else 0)


# Timers


def _timer_set(recorder: "Recorder", loop: Any, given: Tuple[Any, ...], handle: Any) -> None:
    queue = _queue(recorder, loop)
    if queue is None or len(given) < 2 or type(handle).__name__ != "TimerHandle":
        return
    accelerate, frame, number = _accelerator.accelerate, _getframe(1), 0
    if recorder.stacks.kind(frame.f_code) == USER:
        timers = recorder.timers
        number = timers.count = timers.count + 1
        stack = recorder.stacks.caller(frame, CREATION_DEPTH, True)
        location = recorder.stacks.callback(given[1])
        recorder.stream().extend((_word(schema.EV_TIMER_SET, stack), perf_counter_ns(), number, location))
    due = handle.when()
    heappush(queue.uvloop_io.dues, due)
    if queue.timers is None:
        queue.timers = timers_of(loop)
    place = accelerate.field(handle, given[1], type(handle).__basicsize__)
    if place:
        call = accelerate.Call(given[1], queue, TIMER, number, int(due * 1e9), None)
        accelerate.set_field(handle, place, call)


def _timer_cancelled(recorder: "Recorder", handle: Any, given: Tuple[Any, ...]) -> None:
    for value in get_referents(handle):
        number = _accelerator.accelerate.timer_of(value)
        if number:
            stack = recorder.stacks.caller(_getframe(1), CREATION_DEPTH, True)
            extend, task = recorder.actor()
            extend((_word(schema.EV_TIMER_CANCEL, stack), perf_counter_ns(), number, task))


# Descriptors and signals


def _descriptor(recorder: "Recorder", loop: Any, given: Tuple[Any, ...]) -> "Optional[Tuple[Any, Any]]":
    queue = _queue(recorder, loop)
    if queue is None or len(given) < 2 or given[1] is None:
        return None
    return given[0], _accelerator.accelerate.Call(given[1], queue, DESCRIPTOR, 0, 0, None)


def _watches(which: int) -> Hook:
    def told(recorder: "Recorder", loop: Any, given: Tuple[Any, ...], result: Any) -> None:
        frame = _getframe(1)
        if not given or recorder.stacks.kind(frame.f_code) != USER:
            return
        descriptor = given[0] if type(given[0]) is int else given[0].fileno()
        stack = recorder.stacks.caller(frame, CREATION_DEPTH, True)
        recorder.stream().extend((_word(schema.EV_WATCH, stack), perf_counter_ns(), descriptor & U32_MAX, which))

    return told


def _signal_handler(recorder: "Recorder", loop: Any, given: Tuple[Any, ...]) -> "Optional[Tuple[Any, Any]]":
    queue = _queue(recorder, loop)
    if queue is None or len(given) < 2 or not isinstance(given[0], int) or given[1] is None:
        return None
    if asyncio.iscoroutine(given[1]) or iscoroutinefunction(given[1]):  # uvloop refuses those
        return None
    return given[0], _accelerator.accelerate.Call(given[1], queue, SIGNAL, int(given[0]) & U32_MAX, 0, None)


# Complaints and generators


def _complaint(recorder: "Recorder", loop: Any, given: Tuple[Any, ...]) -> None:
    context = given[0] if given else None
    if type(context) is dict:
        # What uvloop tells names the handle or the transport, or nothing but the exception; a program that calls the
        # handler itself has looked at the error.
        own = "handle" in context or "transport" in context or "asyncgen" in context or "message" not in context
        context_told(recorder, context, not own)


def _factory_set(recorder: "Recorder", loop: Any, given: Tuple[Any, ...], result: Any) -> None:
    if given:
        _eager.factory_set(given[0])


def _finalized(recorder: "Recorder", loop: Any, given: Tuple[Any, ...]) -> None:
    generator = given[0]
    location = recorder.stacks.definition(generator.ag_code, generator.__qualname__)
    extend, task = recorder.actor()
    extend((schema.EV_FINALIZED, perf_counter_ns(), location, task))


# Transports, servers, subprocesses


def _written_lines(recorder: "Recorder", transport: Any, given: Tuple[Any, ...], result: Any) -> None:
    from ._connections import written_data

    for data in given[0] if given and type(given[0]) in (list, tuple) else ():  # an iterator has been used up
        written_data(recorder, transport, data)
    size = transport.get_write_buffer_size()
    if size:
        buffered(recorder, transport, size)


def _encrypted_waits(recorder: "Recorder", protocol: Any, given: Tuple[Any, ...]) -> None:
    """The transport that carries TLS, whose writes are calls in C, has too much to send."""
    for value in get_referents(protocol):
        if id(value) in recorder.connections.open:
            buffered(recorder, value, value.get_write_buffer_size())


def _reads_again(recorder: "Recorder", transport: Any, given: Tuple[Any, ...], result: Any) -> None:
    """uvloop tells libuv anew what to call."""
    queue = queue_of(recorder, transport)
    if queue is not None:
        _uvloop_handles.see(queue, transport)


def _protocol_set(recorder: "Recorder", transport: Any, given: Tuple[Any, ...], result: Any) -> None:
    queue = queue_of(recorder, transport)
    if queue is not None and given:
        reads(queue, transport, given[0])


def _server_made(recorder: "Recorder", loop: Any, given: Tuple[Any, ...], server: Any) -> None:
    queue = _queue(recorder, loop)
    if queue is not None:
        server_made(queue, server, recorder.stacks.caller(_getframe(1), CREATION_DEPTH, True))


def _server_closed(recorder: "Recorder", server: Any, given: Tuple[Any, ...], result: Any) -> None:
    ref = recorder.objects.refs.get(id(server))
    if ref is not None and not ref.told:
        ref.told = 1
        recorder.stream().extend((schema.EV_CLOSED, perf_counter_ns(), ref.id, 0))


def _signalled(known: int) -> Hook:
    def told(recorder: "Recorder", transport: Any, given: Tuple[Any, ...], result: Any) -> None:
        ident = recorder.connections.processes.get(id(transport), 0)
        number = known or (given[0] if given else 0)
        if ident and isinstance(number, int):
            stack = recorder.stacks.caller(_getframe(1), CREATION_DEPTH, True)
            recorder.stream().extend((_word(schema.EV_KILLED, stack), perf_counter_ns(), ident, number & U32_MAX))

    return told


def hooks(current: Current) -> "Iterator[Tuple[Any, str, Any]]":
    """asyncio's protocol of subprocesses hears of their end, on uvloop's loops too."""

    def exited(recorder: "Recorder", protocol: Any, before: Any, value: Any) -> None:
        transport = protocol.__dict__.get("_transport")
        if value is True and type(transport).__name__ == "UVProcessTransport":
            ident = recorder.connections.processes.pop(id(transport), 0)
            status = transport.get_returncode()
            if ident and type(status) is int:
                recorder.stream().extend((schema.EV_EXITED, perf_counter_ns(), ident, status & U32_MAX))

    yield asyncio.subprocess.SubprocessStreamProtocol, "_process_exited", Watched("_process_exited", current, exited)
