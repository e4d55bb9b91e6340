"""`python -m loopscope look PID -o FILE`: what the tasks of an unrecorded process wait for, seen from outside.

CPython 3.14 reads it from the memory of the process, where no code runs for it: what `python -m asyncio pstree`
prints. Here it becomes a trace. Two looks are taken: what stands still in between has waited for at least so long.
"""

import os
import sys
import time
from typing import Any, Dict, List, Tuple

from . import _format as fmt
from . import _schema as schema
from ._attach import Refused, refusal
from ._recorder import interpreter, runtime
from ._sites import Known, known_names
from ._tables import Tables

USAGE = "usage: python -m loopscope look PID -o FILE"
BETWEEN_S = 1.1
TRIES = 20  # a process that runs changes what is read
MAIN = "MainThread"
NOTICE = (
    "what was there before: this is a look from outside at an unrecorded process. Its tasks, where they are suspended "
    "and whom they await are known; what objects they wait for, who holds them, and timers are not"
)
Frames = List[Any]  # innermost first, each with `filename`, `lineno`, `funcname`


def command(arguments: List[str]) -> int:
    """The exit status: 0, or 2 with one sentence on stderr."""
    try:
        if len(arguments) != 3 or not arguments[0].isdigit() or arguments[1] != "-o":
            raise Refused(USAGE)
        data = look(int(arguments[0]))
        with open(arguments[2], "wb") as file:
            file.write(data)
    except (Refused, OSError) as error:
        sys.stderr.write(f"loopscope: {error}\n")
        return 2
    return 0


def look(pid: int) -> bytes:
    """The trace. Raises Refused."""
    if not hasattr(sys, "remote_exec"):
        version = "{}.{}".format(*sys.version_info[:2])
        raise Refused(f"the tasks of an unrecorded process can be seen from CPython 3.14 on; this is {version}.")
    try:
        first, threads_first = _read(pid)
        time.sleep(BETWEEN_S)
        now, threads = _read(pid)
    except Exception as error:
        raise Refused(refusal(pid, error, ["look", str(pid)])) from None
    return _Trace(pid).of(first, threads_first, now, threads)


def _read(pid: int) -> Tuple[Dict[int, Any], Dict[int, Frames]]:
    """Tasks by their address, with the thread of their loop; the stacks of the threads."""
    from _remote_debugging import RemoteUnwinder  # type: ignore[import-not-found]

    for tries in range(TRIES):
        try:
            unwinder = RemoteUnwinder(pid, all_threads=True)
            tasks = {
                task.task_id: (task, each.thread_id)
                for each in unwinder.get_all_awaited_by()
                for task in each.awaited_by
            }
            return tasks, {thread.thread_id: thread.frame_info for thread in unwinder.get_stack_trace()}
        except (PermissionError, ProcessLookupError):
            raise
        except Exception:
            if tries == TRIES - 1:
                raise
    raise AssertionError


def _frames(task: Any) -> Frames:
    return [frame for each in task.coroutine_stack for frame in each.call_stack]


def _same(a: Any, b: Any) -> bool:
    return a.task_name == b.task_name and [tuple(f) for f in _frames(a)] == [tuple(f) for f in _frames(b)]


class _Trace:
    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._tables = Tables()
        self._known = known_names()
        self._ids: Dict[int, int] = {}
        self._flat: Dict[int, List[int]] = {}

    def of(
        self, first: Dict[int, Any], threads_first: Dict[int, Frames], now: Dict[int, Any], threads: Dict[int, Frames]
    ) -> bytes:
        now_ns = int(BETWEEN_S * 1e9)
        loops: Dict[int, int] = {}
        for thread in dict.fromkeys(thread for _, thread in now.values()):
            name = self._tables.string(MAIN if thread in (0, self._pid) else f"thread {thread}")
            stream = self._tables.define(schema.DEF_STREAM, name, thread & fmt.U32_MAX, thread >> 32)
            loops[thread] = self._tables.define(schema.DEF_LOOP, self._tables.string("event loop"), stream)
            self._flat[thread] = [schema.EV_LOOP_START, 0, loops[thread], 0]
        awaited = self._define(now, loops)
        for address, (task, thread) in now.items():
            stood_still = address in first and _same(first[address][0], task)
            self._write(address, _frames(task), thread, awaited.get(address, []), 0 if stood_still else now_ns, threads)
        reason = self._tables.string(NOTICE)
        blocks: List[bytes] = []
        for number, (thread, flat) in enumerate(self._flat.items(), 1):
            stack = threads.get(thread, [])
            if _inside(stack):
                flat += (schema.EV_SAMPLE | self._stack(_inside(stack)) << 8, now_ns, number, fmt.U32_MAX)
            elif _polls(stack):
                # That a timer is due is as much as not to know.
                since_ns = 0 if _polls(threads_first.get(thread, [])) else now_ns
                flat += (schema.EV_POLL_BEGIN, since_ns, number, fmt.U32_MAX - 1)
            flat += (schema.EV_DROPPED, now_ns, 0, reason if number == 1 else 0)
            flat += (schema.EV_ALIVE, now_ns, 0, 0)
            blocks.append(fmt.events(_in_time(flat), 0, number))
        records, count = self._tables.take()
        return b"".join([self._header(), fmt.block(schema.BLOCK_DEFINITIONS, records, count, 0), *blocks])

    def _define(self, now: Dict[int, Any], loops: Dict[int, int]) -> Dict[int, List[int]]:
        """Defines the tasks. By address: whom a task awaits."""
        awaited: Dict[int, List[int]] = {}
        for address, (task, thread) in now.items():
            frames = _frames(task)
            outermost = frames[-1] if frames else None
            where = (outermost.filename, outermost.funcname, 0) if outermost is not None else ("", "", 0)
            name = self._tables.string(task.task_name)
            self._ids[address] = self._tables.define(
                schema.DEF_TASK, loops[thread], self._tables.location(*where), name, 0
            )
            for awaiter in task.awaited_by:
                awaited.setdefault(awaiter.task_name, []).append(address)
        return awaited

    def _write(
        self, address: int, frames: Frames, thread: int, awaits: List[int], time_ns: int, threads: Dict[int, Frames]
    ) -> None:
        ident, extend = self._ids[address], self._flat[thread].extend
        members = sorted(self._ids[other] for other in awaits if other in self._ids)
        extend((schema.EV_TASK_CREATE, time_ns, ident, 0))
        extend((schema.EV_STEP_BEGIN, time_ns, ident, 0))
        inside = _inside(threads.get(thread, []))
        if frames and inside and tuple(inside[-1])[::2] == tuple(frames[-1])[::2]:
            return  # it runs
        known = self._kind(frames)
        kind, label = (known.kind, known.label) if known else (schema.AWAIT_FUTURE, "future")
        target, target_kind = 0, schema.TARGET_NONE
        if len(members) == 1 and known is None:
            kind, label, target, target_kind = schema.AWAIT_TASK, "task", members[0], schema.TARGET_TASK
        elif members:
            if known is None:
                kind, label = schema.AWAIT_GATHER, "gather"
            scope = self._tables.define(schema.DEF_OBJECT, schema.OBJECT_GATHER, self._tables.string(label), 0)
            extend((schema.EV_SCOPE_OPEN, time_ns, scope, ident))
            for member in members:
                extend((schema.EV_SCOPE_CHILD, time_ns, scope, member))
        await_id = self._tables.intern(
            schema.DEF_AWAIT, kind, self._tables.string(label), self._stack(frames), target_kind
        )
        extend((schema.EV_STEP_SUSPEND | await_id << 8, time_ns, ident, target))

    def _kind(self, frames: Frames) -> "Known | None":
        """As `_sites` says: the highest rank of the frames that are asyncio's, ties to the outermost."""
        best = None
        for frame in frames:
            folder, file = os.path.split(frame.filename)
            known = self._known.get((file, frame.funcname)) if os.path.basename(folder) == "asyncio" else None
            if known is not None and (best is None or known.rank >= best.rank):
                best = known
        return best

    def _stack(self, frames: Frames) -> int:
        locations = [self._tables.location(f.filename, f.funcname, f.lineno or 0) for f in reversed(frames)]
        return self._tables.stack(locations)

    def _header(self) -> bytes:
        argv = _lines(f"/proc/{self._pid}/cmdline")[1:]
        try:
            cwd = os.readlink(f"/proc/{self._pid}/cwd")
        except OSError:
            cwd = ""
        return fmt.header(
            {
                "runtime": runtime(),
                "interpreter": dict(interpreter(), executable=sys.executable),
                "platform": sys.platform,
                "pid": self._pid,
                "ppid": 0,
                "argv": argv,
                "cwd": cwd,
                "wallClockNs": str(time.time_ns() - int(BETWEEN_S * 1e9)),
                "monotonicNs": str(time.perf_counter_ns() - int(BETWEEN_S * 1e9)),
                "level": "timeline",
                "accelerated": False,
            }
        )


def _inside(stack: Frames) -> Frames:
    """The frames of what a loop runs, without those of the loop; none where it runs nothing.

    Of a task's step CPython shows no more than the coroutine and what it called.
    """
    for place, frame in enumerate(stack):
        if frame.funcname == "Handle._run":
            return stack[:place]
        if frame.funcname == "BaseEventLoop._run_once":
            return []
    return stack


def _polls(stack: Frames) -> bool:
    return any(frame.funcname == "BaseEventLoop._run_once" for frame in stack) and not _inside(stack)


def _in_time(flat: List[int]) -> List[int]:
    events = sorted((flat[i : i + 4] for i in range(0, len(flat), 4)), key=lambda event: event[1])
    return [number for event in events for number in event]


def _lines(path: str) -> List[str]:
    try:
        with open(path, "rb") as file:
            return file.read().decode(errors="replace").rstrip("\0").split("\0")
    except OSError:
        return []
