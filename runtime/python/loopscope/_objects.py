"""Numbers for tasks and for the locks, queues and streams they wait for, without keeping any of them alive.

What is called when one of them is collected is a function of C's, with the accelerator and without: there is no frame
in which a signal's handler could run. What that raised would only be printed, as Ctrl-C would be; and CPython 3.13.0
crashes where the handler has faulthandler walk the stack (its issue 123967).
"""

import weakref
from functools import partial
from typing import Any, Callable, Dict

from . import _schema as schema
from ._tables import Tables

TRIES = 3  # how often a socket that is not connected is asked for its peer


class Ref(weakref.ref):  # type: ignore[type-arg]
    """A weak reference that knows the address it is filed under: addresses are used again, ids are not."""

    __slots__ = ("id", "key")

    key: int
    id: int


class ObjectRef(Ref):
    """What the recorder knows about a living object that is not a task."""

    __slots__ = ("told", "window_ns")

    window_ns: int  # since when changes of its level are counted
    told: int  # how many there were; of a gather, whether its end was told


class TaskRef(Ref):
    """What the recorder knows about a living task."""

    __slots__ = ("cancelling", "message", "name", "rescheduled", "telling")

    name: object  # as last written; compared by identity first
    cancelling: int  # `task.cancelling()` when last looked at, -1 where the version has none
    message: int  # string id of the latest cancel message
    rescheduled: bool  # its next step was put into the queue during the one that runs
    telling: bool  # asyncio may complain when it is collected: it is pending, or its exception was not looked at


class Objects:
    """Ids of objects that tasks wait for or hold, defined on first sight."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self.refs: Dict[int, ObjectRef] = {}
        self.forget: Any = None  # the accelerator's
        self.describe: Callable[[int, Any, int], None] = lambda ident, value, kind: None

    def ident(self, value: Any, kind: int, creator: int = 0, label: str = "") -> int:
        """The id of an object; `creator` is a stack, the label is its class's name unless given."""
        key = id(value)
        known = self.refs.get(key)
        if known is not None:
            return known.id
        try:
            ref = ObjectRef(value, self.forget or partial(self.refs.pop, key))
        except TypeError:  # a class with __slots__ and no place for weak references
            return 0
        ref.key = key
        ref.told = ref.window_ns = 0
        ref.id = self._tables.define(
            schema.DEF_OBJECT, kind, self._tables.string(label or type(value).__name__), creator
        )
        ref = self.refs.setdefault(key, ref)  # a signal's handler may have been faster
        if kind == schema.OBJECT_STREAM:
            self.describe(ref.id, value, kind)
        return ref.id

    def socket(self, value: Any) -> int:
        """The id of a plain socket, with what its ends are as soon as they are known."""
        ident = self.ident(value, schema.OBJECT_SOCKET, 0, "socket")
        if ident and self.refs[id(value)].told < TRIES:
            self.describe(ident, value, schema.OBJECT_SOCKET)
        return ident

    def alias(self, value: Any, ident: int) -> None:
        """Another object that is the same thing."""
        ref = ObjectRef(value, self.forget or partial(self.refs.pop, id(value)))
        ref.key = id(value)
        ref.told = ref.window_ns = 0
        ref.id = ident
        self.refs[ref.key] = ref

    def known(self, value: Any) -> int:
        """The id of an object if it has one, else 0."""
        ref = self.refs.get(id(value))
        return ref.id if ref is not None else 0
