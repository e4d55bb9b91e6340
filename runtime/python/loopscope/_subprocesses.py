"""Subprocesses of the loop: their start, the signals that the program sends them, their end."""

import asyncio
import signal
import sys
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any, Iterator, Tuple

from . import _schema as schema
from ._details import command
from ._format import AUX_MAX, U32_MAX
from ._stacks import CREATION_DEPTH
from ._watched import Current, Watched, WatchedReads, unseen

if TYPE_CHECKING:
    from ._recorder import Recorder

_getframe = sys._getframe
_base_subprocess: Any = getattr(asyncio, "base_subprocess", None)
_Transport: Any = getattr(_base_subprocess, "BaseSubprocessTransport", None)
_Process: Any = asyncio.subprocess.Process
_CHECKED: Any = getattr(getattr(_Transport, "_check_proc", None), "__code__", None)
_SIGNALS = {"terminate": int(signal.SIGTERM), "kill": int(getattr(signal, "SIGKILL", 9))}


def hooks(current: Current) -> "Iterator[Tuple[Any, str, Any]]":
    yield _Process, "_transport", Watched("_transport", current, _process_made)
    if _Transport is not None:
        yield _Transport, "_pid", Watched("_pid", current, _spawned)
        yield _Transport, "_returncode", Watched("_returncode", current, _exited)
        yield _Transport, "_proc", WatchedReads("_proc", current, unseen, _signalled)


def _process_made(recorder: "Recorder", process: Any, before: Any, transport: Any) -> None:
    """What the program holds, and waits for, is the same thing."""
    ident = recorder.objects.known(transport) or recorder.connections.processes.get(id(transport), 0)
    if ident:
        recorder.objects.alias(process, ident)


def _spawned(recorder: "Recorder", transport: Any, before: Any, pid: Any) -> None:
    if type(pid) is not int:
        return
    frame = _getframe(2)
    stack = recorder.stacks.caller(frame, CREATION_DEPTH, True)
    ident = recorder.objects.ident(transport, schema.OBJECT_PROCESS, stack, "Process")
    if ident:
        recorder.detail(ident, command(frame.f_locals.get("args")))
        word = schema.EV_SPAWNED | (stack << 8 if stack <= AUX_MAX else 0)
        recorder.stream().extend((word, perf_counter_ns(), ident, pid & U32_MAX))


def _exited(recorder: "Recorder", transport: Any, before: Any, status: Any) -> None:
    ident = recorder.objects.known(transport)
    if ident and type(status) is int:
        recorder.stream().extend((schema.EV_EXITED, perf_counter_ns(), ident, status & U32_MAX))


def _signalled(recorder: "Recorder", transport: Any, process: Any) -> None:
    frame = _getframe(2)
    if frame.f_code is not _CHECKED or process is None or frame.f_back is None:
        return
    caller = frame.f_back
    number = _SIGNALS.get(caller.f_code.co_name, caller.f_locals.get("signal"))
    ident = recorder.objects.known(transport)
    if ident and isinstance(number, int):
        stack = recorder.stacks.caller(caller, CREATION_DEPTH, True)
        word = schema.EV_KILLED | (stack << 8 if stack <= AUX_MAX else 0)
        recorder.stream().extend((word, perf_counter_ns(), ident, int(number) & U32_MAX))
