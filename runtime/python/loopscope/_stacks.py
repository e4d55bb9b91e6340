"""From Python frames to stack ids.

The key of a stack is the tuple of `(id(code), f_lasti)` of its frames: cheap to build, and line numbers
are looked up only when a key is new. Every code object in a key is kept alive, so that its id stays its own.
"""

import asyncio
import os
import sys
from types import CodeType, FrameType, TracebackType
from typing import Dict, List, Optional, Tuple

from ._tables import Tables

USER, ASYNCIO, SCHEDULING, OUTSIDE = 1, 2, 3, 4
CREATION_DEPTH = 16
WAKER_DEPTH = 8
RAISE_DEPTH = 32

_ASYNCIO_DIR = os.path.dirname(asyncio.__file__) + os.sep
_RECORDER_DIR = os.path.dirname(os.path.abspath(__file__)) + os.sep
_SCHEDULING_NAMES = ("call_soon", "_call_soon", "call_soon_threadsafe", "_add_callback", "_add_callback_signalsafe")


class Stacks:
    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._codes: Dict[int, CodeType] = {}
        self._kinds: Dict[int, int] = {}
        self._names: Dict[int, str] = {}
        self._known: Dict[Tuple[int, ...], int] = {}
        self.definitions: Dict[int, int] = {}  # location of the `def`, by id(code)

    def caller(self, frame: Optional[FrameType], depth: int, skip_asyncio: bool) -> int:
        """The stack from `frame` outwards, up to where the loop ran a handle.

        The machinery that puts a handle into the queue is left out at the inner end; with `skip_asyncio`
        so is the rest of asyncio there, as in `create_task` called through a task group.
        """
        kinds = self._kinds
        key: List[int] = []
        frames: List[FrameType] = []
        while frame is not None:
            code = frame.f_code
            kind = kinds.get(id(code)) or self.kind(code)
            if kind == OUTSIDE:
                break
            if frames or kind == USER or (kind == ASYNCIO and not skip_asyncio):
                frames.append(frame)
                key.append(id(code))
                key.append(frame.f_lasti)
                if len(frames) == depth:
                    break
            frame = frame.f_back
        if not frames:
            return 0
        name = tuple(key)
        known = self._known.get(name)
        if known is None:
            known = self._tables.stack([self.line(f.f_code, f.f_lineno) for f in reversed(frames)])
            self._known[name] = known
        return known

    def raised(self, traceback: Optional[TracebackType]) -> int:
        """The stack of an exception: its traceback's innermost frames."""
        lines: List[int] = []
        while traceback is not None:
            lines.append(self.line(traceback.tb_frame.f_code, traceback.tb_lineno))
            traceback = traceback.tb_next
        return self._tables.stack(lines[-RAISE_DEPTH:])

    def suspended(self, frames: List[FrameType]) -> int:
        """The stack of suspended coroutines, outermost first."""
        return self._tables.stack([self.line(frame.f_code, frame.f_lineno) for frame in frames])

    def line(self, code: CodeType, line: Optional[int]) -> int:
        self.kind(code)  # keeps the code alive
        name = self._names.get(id(code)) or getattr(code, "co_qualname", code.co_name)
        return self._tables.location(code.co_filename, name, line or 0)

    def definition(self, code: CodeType, name: str) -> int:
        """Location of a function's `def`. Remembers the qualified name, which code lacks before 3.11."""
        self.kind(code)
        if type(name) is str:
            self._names.setdefault(id(code), name)
        else:
            name = code.co_name
        found = self.definitions[id(code)] = self._tables.location(code.co_filename, name, code.co_firstlineno)
        return found

    def callback(self, callback: object) -> int:
        """Location of the code that a handle will call; 0 when it has none (a builtin, an odd callable)."""
        for _ in range(8):
            inner = getattr(callback, "func", None) if type(callback).__name__ == "partial" else None
            if inner is None:
                break
            callback = inner
        code = getattr(callback, "__code__", None)
        if type(code) is CodeType:
            known = self.definitions.get(id(code))
            return known or self.definition(code, getattr(callback, "__qualname__", code.co_name))
        if type(callback).__module__ == "builtins" or type(callback).__module__ == "_asyncio":
            name = getattr(callback, "__qualname__", None)
            return self._tables.location("", name if type(name) is str else type(callback).__name__, 0)
        return self._tables.location("", type(callback).__qualname__, 0)

    def kind(self, code: CodeType) -> int:
        ident = id(code)
        known = self._kinds.get(ident)
        if known is None:
            self._codes[ident] = code
            known = self._kinds[ident] = _kind(code)
        return known


def _kind(code: CodeType) -> int:
    file = code.co_filename
    if file.startswith(_ASYNCIO_DIR):
        if code.co_name == "_run" and os.path.basename(file) == "events.py":
            return OUTSIDE  # Handle._run: what is further out is the loop itself
        return SCHEDULING if code.co_name in _SCHEDULING_NAMES else ASYNCIO
    if file.startswith(_RECORDER_DIR):
        # The hooks are skipped like scheduling; the command that runs the program ends the stack.
        return OUTSIDE if os.path.basename(file) in ("_cli.py", "__main__.py", "_inprocess.py") else SCHEDULING
    return USER


def here(depth: int) -> FrameType:
    return sys._getframe(depth + 1)
