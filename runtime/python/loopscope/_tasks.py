"""Reading asyncio's tasks without a trace of having done so.

Never called: `exception()` and `result()` (they silence "exception was never retrieved") and `get_coro()` (it
crashes for eager tasks of 3.12.0 to 3.12.4). The methods are taken from asyncio's classes, since a subclass
may override them with code of its own.
"""

import asyncio
import sys
from functools import partial
from types import BuiltinFunctionType, CodeType, CoroutineType, MethodType
from typing import Any, Callable, Dict, Optional, Tuple

from . import _errors as errors
from . import _schema as schema
from ._objects import TaskRef
from ._stacks import Stacks
from ._tables import Tables

MAX_LOST = 65_536

# What a handle's callback does to a task.
OTHER, STEP, WAKEUP, BUILTIN, METHOD = 0, 1, 2, 3, 4

_CTask: Any = asyncio.Task
_PyTask: Any = asyncio.tasks._PyTask  # type: ignore[attr-defined]
PY_STEP = _PyTask.__dict__.get("_Task__step")
PY_WAKEUP = _PyTask.__dict__.get("_Task__wakeup")
_IN_C = sys.version_info >= (3, 12)
HAS_CANCELLING = hasattr(_CTask, "cancelling")

callback_kinds: Dict[type, int] = {BuiltinFunctionType: BUILTIN, MethodType: METHOD}


def kind_of_type(kind: type) -> int:
    """The class of callback that `kind` makes; the C task's own callables are recognised by name, once."""
    name = kind.__name__ if kind.__module__ in ("builtins", "_asyncio") else ""
    known = {"TaskStepMethWrapper": STEP, "TaskWakeupMethWrapper": WAKEUP}.get(name, OTHER)
    callback_kinds[kind] = known
    return known


def task_of(callback: Any) -> Tuple[int, Any]:
    """`(STEP | WAKEUP | OTHER, task)` of a handle's callback."""
    kind = callback_kinds.get(type(callback))
    if kind is None:
        kind = kind_of_type(type(callback))
    if kind == BUILTIN:  # the C task's wake-up, 3.10 and newer
        kind = WAKEUP if callback.__name__ == "task_wakeup" else OTHER
    elif kind == METHOD:  # the Python task's, and every other bound method
        function = callback.__func__
        kind = WAKEUP if function is PY_WAKEUP else STEP if function is PY_STEP else OTHER
    return (kind, callback.__self__) if kind else (OTHER, None)


def _unbound(name: str, attribute: str) -> Callable[[Any], Any]:
    method = getattr(_CTask, name, None)

    def read(task: Any) -> Any:
        try:
            return method(task)  # type: ignore[misc]
        except TypeError:  # a task written in Python
            return getattr(task, attribute)

    return read


name_of = _unbound("get_name", "_name")
cancelling = _unbound("cancelling", "_num_cancels_requested")


_get_running_loop: Any = asyncio._get_running_loop
_current_tasks: Any = getattr(asyncio.tasks, "_current_tasks", None)
_current_task: Any = asyncio.current_task


def running_task() -> Any:
    """The task whose step runs in the calling thread, or None."""
    loop = _get_running_loop()
    if loop is None:
        return None
    # `current_task` is C from 3.12 on; before, it is a function around this look-up.
    return _current_task(loop) if _IN_C else _current_tasks.get(loop)


class Tasks:
    """The living tasks by address."""

    def __init__(self, tables: Tables, stacks: Stacks) -> None:
        self.refs: Dict[int, TaskRef] = {}
        self._tables = tables
        self._stacks = stacks
        # Ids by address of tasks that asyncio may complain about when they are collected, which is when they are no
        # longer in `refs`. With the accelerator only those that were collected.
        self.lost: Dict[int, int] = {}
        self._many_lost = MAX_LOST
        self.forget: Any = None  # the accelerator's

    def meet(self, task: Any, loop: int, flags: int) -> Optional[TaskRef]:
        """Give a new task its id and define it. None when that is not possible just now."""
        ref = TaskRef(task, self.forget or partial(self.refs.pop, id(task)))
        ref.key = id(task)
        name = name_of(task)
        ref.name = name
        ref.cancelling = 0
        ref.message = 0
        ref.rescheduled = False
        ref.telling = True
        coroutine, label = self._coroutine(task._coro), self._name(name)
        ref.id = self._tables.define(schema.DEF_TASK, loop, coroutine, label, flags)
        if not ref.id:
            return None
        self.refs[ref.key] = ref
        if self.forget is None:
            self.lost[ref.key] = ref.id
            if len(self.lost) > self._many_lost:
                self._forget_lost()
        return ref

    def settled(self, ref: TaskRef) -> None:
        """Nobody will complain about this task any more."""
        ref.telling = False
        self.lost.pop(ref.key, None)

    def ident(self, task: object) -> int:
        """Id of a task, also in its finalizer; 0 = not known, or no task."""
        ref = self.refs.get(id(task))
        return ref.id if ref is not None else self.lost.get(id(task), 0)

    def _forget_lost(self) -> None:
        """Those that were collected are forgotten, so that their number is bounded by that of the living."""
        for key in list(self.lost):
            if key not in self.refs:
                self.lost.pop(key, None)
        self._many_lost = max(MAX_LOST, 2 * len(self.lost))

    def _coroutine(self, coroutine: Any) -> int:
        if type(coroutine) is CoroutineType:
            code = coroutine.cr_code
            return self._stacks.definitions.get(id(code)) or self._stacks.definition(code, coroutine.__qualname__)
        for attribute in ("cr_code", "gi_code", "ag_code"):
            code = getattr(coroutine, attribute, None)
            if type(code) is CodeType:
                return self._stacks.definition(code, getattr(coroutine, "__qualname__", code.co_name))
        return self._tables.location("", type(coroutine).__qualname__, 0)  # none left, or not made by Python code

    def renamed(self, ref: TaskRef, name: object) -> int:
        """String id of the task's name if it really differs from the one last written, else 0."""
        known, ref.name = ref.name, name
        return self._name(name) if type(name) is not type(known) or name != known else 0

    def _name(self, name: object) -> int:
        text = str_of(name)
        # The default names are all different: they need no place in the table of strings.
        return self._tables.text(text) if text.startswith("Task-") else self._tables.string(text)

    def failure(self, error: BaseException) -> Tuple[int, int]:
        """`(string id of "Type: message", stack id)`."""
        return self._tables.string(errors.describe(error)), self._stacks.raised(error.__traceback__)

    def message(self, value: object) -> int:
        text = errors.plain(value)
        return self._tables.string(text) if text else 0


def str_of(name: object) -> str:
    return name if type(name) is str else str.__str__(name) if isinstance(name, str) else f"Task-{name}"
