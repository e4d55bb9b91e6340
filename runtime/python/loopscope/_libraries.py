"""Libraries that bring event loops and scopes of their own: uvloop (`_uvloop`), anyio's task groups and cancel scopes.

They are met as they are imported, since they derive classes from asyncio's, and nothing is imported for them.
anyio's cancel scopes take no weak references: one is known by its address from its opening to its closing.
"""

import asyncio
import sys
import weakref
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any, Callable, Dict

from . import _schema as schema
from . import _uvloop
from ._format import AUX_MAX
from ._scopes import Members, outcome
from ._stacks import CREATION_DEPTH
from ._transports import Slot
from ._watched import UNSET, Current, Watched

if TYPE_CHECKING:
    from ._recorder import Recorder

_getframe = sys._getframe
ANYIO = "anyio._backends._asyncio"


def watch(current: Current, adopt: Callable[[Any], None]) -> None:
    """Record these libraries, now where they are imported, else as soon as they are.

    `adopt` takes a loop into the trace.
    """

    def look(cls: type) -> None:
        recorder = current()
        if recorder is not None and recorder.output is not None:
            try:
                name = getattr(cls, "__module__", "")
                if name == "uvloop":
                    _uvloop.install(cls, current, adopt)
                elif name == ANYIO:
                    _record_anyio(current)
            except Exception:
                recorder.broke()

    for owner in (asyncio.AbstractEventLoop, asyncio.Protocol):
        _tell_of_subclasses(owner, look)
    if "uvloop" in sys.modules:
        kind = sys.modules["uvloop"].Loop
        look(kind)
        for loop in _uvloop.open_loops(kind):
            if not loop.is_running():
                adopt(loop)
    if ANYIO in sys.modules:
        _record_anyio(current)


def _tell_of_subclasses(owner: Any, look: Any) -> None:
    def __init_subclass__(cls: Any, **options: Any) -> None:
        super(owner, cls).__init_subclass__(**options)
        look(cls)

    owner.__init_subclass__ = classmethod(__init_subclass__)


class _State(Slot):
    """A slot whose value says whether the scope is entered."""

    def __init__(self, plain: Any, current: Current, seen: Any) -> None:
        super().__init__(plain, current)
        self._seen = seen

    def __set__(self, instance: Any, value: Any) -> None:
        self._set(instance, value)
        recorder = self._current()
        if recorder is not None and recorder.output is not None:
            try:
                self._seen(recorder, instance, value, _getframe(1))
            except Exception:
                recorder.broke()


class _Open:
    """The open scopes by address: their object's id. Groups are entered here just before their cancel scope is."""

    def __init__(self) -> None:
        self.scopes: Dict[int, int] = {}
        self.groups: Dict[int, int] = {}

    def begins(self, recorder: "Recorder", scope: Any, kind: int, label: str, frame: Any) -> None:
        stack = recorder.stacks.caller(frame, CREATION_DEPTH, True)
        ident = self.groups.pop(id(scope), 0)
        if not ident:
            ident = recorder.tables.define(schema.DEF_OBJECT, kind, recorder.tables.string(label), stack)
        if ident:
            self.scopes[id(scope)] = ident
            extend, task = recorder.actor()
            word = schema.EV_SCOPE_OPEN | (stack << 8 if stack <= AUX_MAX else 0)
            extend((word, perf_counter_ns(), ident, task))

    def ends(self, recorder: "Recorder", scope: Any, how: int) -> None:
        ident = self.scopes.pop(id(scope), 0)
        if ident:
            extend, task = recorder.actor()
            extend((schema.EV_SCOPE_CLOSE | how << 8, perf_counter_ns(), ident, task))


def _record_anyio(current: Current) -> None:
    module: Any = sys.modules[ANYIO]  # it may be in the middle of its import
    scope_class, group_class = getattr(module, "CancelScope", None), getattr(module, "TaskGroup", None)
    if scope_class is None or group_class is None:
        return
    plain = scope_class.__dict__.get("_active")
    if not hasattr(plain, "__set__") or isinstance(plain, _State):
        return
    known = _Open()
    exit_code = group_class.__aexit__.__code__

    def entered(recorder: "Recorder", group: Any, before: Any, value: Any) -> None:
        if value is True:
            stack = recorder.stacks.caller(_getframe(2), CREATION_DEPTH, True)
            ident = recorder.objects.ident(group, schema.OBJECT_TASK_GROUP, stack, "anyio.TaskGroup")
            known.groups[id(group.cancel_scope)] = ident

    def made(recorder: "Recorder", group: Any, before: Any, tasks: Any) -> None:
        if before is UNSET and type(tasks) is set:
            members = Members(tasks)
            members._current = current
            members._group = weakref.ref(group)
            group.__dict__["_tasks"] = members

    def active(recorder: "Recorder", scope: Any, value: Any, frame: Any) -> None:
        if value is True:
            outer = frame.f_back.f_code  # in `__aexit__` the group waits, in `_run_coro` each of its tasks runs
            if outer is not exit_code and outer.co_name != "_run_coro":
                known.begins(recorder, scope, schema.OBJECT_TIMEOUT, "anyio.CancelScope", frame.f_back)
        elif id(scope) in known.scopes:
            kind = frame.f_locals.get("exc_type")
            known.ends(recorder, scope, outcome(kind))

    scope_class._active = _State(plain, current, active)
    group_class._entered = Watched("_entered", current, entered)
    group_class._tasks = Watched("_tasks", current, made)
