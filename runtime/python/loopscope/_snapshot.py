"""What the tasks of this process do now, as a trace of one moment. For a debugger of a program that is not recorded.

Nothing is patched and nothing stays behind. What a task waits for is read as the recorder reads it (`_awaits`).
Who holds a lock asyncio does not know; the coroutine that is inside `async with lock` has the lock's `__aexit__`
on its stack of values, where the garbage collector shows it.
"""

import asyncio
import gc
import inspect
import os
import sys
import threading
from types import FrameType, FunctionType, MethodType
from typing import Any, Dict, Iterator, List, Optional

from . import _schema as schema
from ._awaits import _referents, chain_of, frame_of
from ._command import this_program
from ._format import AUX_MAX, U32_MAX
from ._objects import TaskRef
from ._output import Output
from ._recorder import Recorder, Stream
from ._scopes import Gathering
from ._tasks import HAS_CANCELLING, cancelling

LEVEL = "snapshot"
MAX_DEPTH = 64
HELD = {asyncio.Lock: schema.OBJECT_LOCK, asyncio.Semaphore: schema.OBJECT_SEMAPHORE}
_Group: Any = getattr(asyncio, "TaskGroup", None)
_WAIT: Any = asyncio.tasks._wait.__code__  # type: ignore[attr-defined]
_RUN_ONCE: Any = asyncio.BaseEventLoop._run_once.__code__  # type: ignore[attr-defined]
_HERE = os.path.dirname(os.path.abspath(__file__)) + os.sep


class Memory(Output):
    """Keeps what would go into a file."""

    def __init__(self) -> None:
        self.parts: List[bytes] = []
        self.path = ""

    def write(self, data: bytes, at: int = 0) -> None:
        self.parts.append(data)

    def length(self) -> int:
        return 0

    def close(self) -> None:
        pass


def take(tasks: Dict[int, TaskRef]) -> bytes:
    """A trace of this moment; `tasks` has them by their ids in it. Linear in what the garbage collector knows."""
    output = Memory()
    recorder = Recorder(output, this_program(), LEVEL)
    recorder.load()
    frames = sys._current_frames()
    found = [_Loop(recorder, loop, frames) for loop in loops()]
    for each in found:
        each.meet()
    tasks.clear()
    tasks.update((ref.id, ref) for ref in recorder.tasks.refs.values())
    for each in found:
        each.tell()
    recorder.flush(wait=True)
    return b"".join(output.parts)


def loops() -> List[Any]:
    """The event loops that are not closed. `isinstance` would run code of the program's proxies."""
    found = [value for value in gc.get_objects() if issubclass(type(value), asyncio.AbstractEventLoop)]
    return [loop for loop in found if not loop.is_closed()]


class _Loop:
    def __init__(self, recorder: Recorder, loop: Any, frames: Dict[int, FrameType]) -> None:
        self.recorder = recorder
        self.loop = loop
        thread = getattr(loop, "_thread_id", None) if loop.is_running() else None
        self.thread = threading._active.get(thread) if thread else None  # type: ignore[attr-defined]
        self.frame = _of_program(frames.get(thread)) if thread else None
        tables = recorder.tables
        native = getattr(self.thread, "native_id", None) or thread or 0
        name = tables.string(getattr(self.thread, "_name", None) or "no thread")
        stream = tables.define(schema.DEF_STREAM, name, native & U32_MAX, native >> 32 & U32_MAX)
        self.stream = Stream(stream)
        recorder._streams.append(self.stream)
        self.ident = tables.define(schema.DEF_LOOP, tables.string(type(loop).__name__), stream if thread else 0)
        # In the order in which they were made, as far as their names tell it.
        self.tasks = sorted(asyncio.all_tasks(loop), key=lambda task: (len(str(_name(task))), str(_name(task))))
        current = asyncio.current_task(loop)
        self.current = current if current in self.tasks else None

    def add(self, kind: int, aux: int, a: int, b: int) -> None:
        self.stream.extend((kind | (aux << 8 if aux <= AUX_MAX else 0), self.recorder.zero_ns, a, b))

    def meet(self) -> None:
        for task in self.tasks:
            self.recorder.tasks.meet(task, self.ident, 0)

    def tell(self) -> None:
        if self.thread:
            self.add(schema.EV_LOOP_START, 0, self.ident, 0)
        known = [(task, self.recorder.tasks.refs.get(id(task))) for task in self.tasks]
        living = [(task, ref) for task, ref in known if ref is not None]
        for _, ref in living:
            self.add(schema.EV_TASK_CREATE, 0, ref.id, 0)
        for task, ref in living:
            if task is not self.current:
                self.suspended(task, ref)
            if cancelling(task) if HAS_CANCELLING else getattr(task, "_must_cancel", False):
                self.add(schema.EV_CANCEL_REQUEST, 0, ref.id, 0)
        if self.frame is not None:
            self.running(self.frame)
        self.add(schema.EV_ALIVE, 0, 0, 0)

    def suspended(self, task: Any, ref: TaskRef) -> None:
        recorder, coroutine = self.recorder, task._coro
        chain = chain_of(coroutine)
        if not chain or not _has_begun(coroutine):
            return  # it is ready
        future = task._fut_waiter
        recorder.awaits.joined = None
        ident, target = recorder.awaits.of(coroutine, future)
        self.add(schema.EV_STEP_BEGIN, 0, ref.id, 0)
        self.add(schema.EV_STEP_SUSPEND if future is not None else schema.EV_STEP_YIELD, ident, ref.id, target)
        if future is not None and getattr(future, "_state", "") in ("FINISHED", "CANCELLED"):
            self.add(schema.EV_TASK_READY, 0, ref.id, 0)
        self.joined(ref, chain, future)
        for holder in chain:
            self.held(ref, holder)

    def joined(self, ref: TaskRef, chain: List[Any], future: Any) -> None:
        """The tasks that a gather, a group or a wait is about."""
        scope: Any = None
        children: Any = ()
        code = frame_of(chain[-1]).f_code
        if isinstance(future, Gathering):
            scope, kind, children = future, schema.OBJECT_GATHER, future._children
        elif code is _WAIT:
            scope, kind, children = future, schema.OBJECT_WAIT, self.recorder.awaits.joined or ()
        elif _Group is not None:
            for value in _referents(chain[-1]):
                if type(value) is _Group:
                    scope, kind, children = value, schema.OBJECT_TASK_GROUP, value._tasks
        if scope is None:
            return
        ident = self.recorder.objects.ident(scope, kind)
        self.add(schema.EV_SCOPE_OPEN, 0, ident, ref.id)
        refs = self.recorder.tasks.refs
        found = {refs[id(child)].id for child in children if id(child) in refs}
        for child in sorted(found):
            self.add(schema.EV_SCOPE_CHILD, 0, ident, child)

    def held(self, ref: TaskRef, coroutine: Any) -> None:
        """Locks and slots whose `async with` this coroutine is inside of, the one that it still waits for excepted."""
        for lock in _entered(coroutine):
            owners = [kind for kind in HELD if isinstance(lock, kind)]
            if not owners or _acquires(coroutine, lock):
                continue
            ident = self.recorder.objects.ident(lock, HELD[owners[0]])
            self.add(schema.EV_ACQUIRE, 0, ident, ref.id)

    def running(self, frame: FrameType) -> None:
        """What the loop's thread does: it polls, or it is in a step or a callback."""
        recorder, outer = self.recorder, frame
        path = list(_outwards(frame))
        for inner, caller in zip(path, path[1:]):
            if caller.f_code is _RUN_ONCE and inner.f_code.co_name == "select":
                timeout = min((_due_us(handle, self.loop) for handle in self.loop._scheduled), default=U32_MAX)
                self.add(schema.EV_POLL_BEGIN, 0, self.ident, timeout)
                return
        ref = recorder.tasks.refs.get(id(self.current)) if self.current is not None else None
        if ref is not None:
            self.add(schema.EV_STEP_BEGIN, 0, ref.id, 0)
        else:
            location = recorder.stacks.line(outer.f_code, outer.f_code.co_firstlineno)
            self.add(schema.EV_CALLBACK_BEGIN, location, 0, U32_MAX)
        stack = recorder.stacks.caller(frame, MAX_DEPTH, False)
        self.add(schema.EV_SAMPLE, stack, self.stream.ident, U32_MAX)


def _has_begun(coroutine: Any) -> bool:
    if hasattr(coroutine, "cr_frame"):
        return inspect.getcoroutinestate(coroutine) != inspect.CORO_CREATED
    return inspect.getgeneratorstate(coroutine) != inspect.GEN_CREATED


def _name(task: Any) -> object:
    return getattr(task, "_name", "") or task.get_name()


def _due_us(handle: Any, loop: Any) -> int:
    return min(max(int((handle._when - loop.time()) * 1e6), 0), U32_MAX) if not handle._cancelled else U32_MAX


def _outwards(frame: Optional[FrameType]) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back


def _of_program(frame: Optional[FrameType]) -> Optional[FrameType]:
    """The innermost frame of the program itself: inside of it are the debugger's, and these."""
    debugger = getattr(sys.modules.get("pydevd"), "__file__", None)
    folder = os.path.dirname(debugger) + os.sep if debugger else _HERE
    for each in _outwards(frame):
        file = each.f_code.co_filename
        if not file.startswith((_HERE, folder, "<", "_pydevd")):
            return each
    return frame


def _entered(coroutine: Any) -> Iterator[Any]:
    """What a suspended coroutine is inside of with `async with`: the `__aexit__` on its stack of values.

    Up to 3.13 it lies there as a bound method; from 3.14 on as the function, with the object itself next to it.
    """
    referents = _referents(coroutine)
    for value, after in zip(referents, [*referents[1:], None]):
        if type(value) is MethodType:
            if getattr(value.__func__, "__name__", "") == "__aexit__":
                yield value.__self__
        elif type(value) is FunctionType and getattr(type(after), "__aexit__", None) is value:
            yield after


def _acquires(coroutine: Any, lock: Any) -> bool:
    """Whether what the coroutine awaits is `lock.acquire()`, by way of the lock's `__aenter__`."""
    for inner in chain_of(coroutine)[1:3]:
        if frame_of(inner).f_code is type(lock).acquire.__code__ and any(each is lock for each in _referents(inner)):
            return True
    return False
