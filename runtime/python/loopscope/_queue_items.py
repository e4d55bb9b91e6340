"""Queues made while recorded tell of their items themselves: a deque that sees `append` and `popleft`.

What `_queue_levels` asks of a queue's attributes costs each put and get a tenth of its time or more, for the
interpreter's quick ways to an attribute end where a descriptor stands in the class, or where an instance was asked for
its `__dict__`. So `Queue.__init__` and `Queue._init` go on as the same code with other globals: there
`collections.deque` makes the container below and `locks.Event` an event whose value nobody watches. Queues that keep
their items in another way are asked as before.
"""

import asyncio
import copyreg
import sys
from collections import deque
from types import FunctionType, SimpleNamespace
from typing import TYPE_CHECKING, Any, Dict, Iterator, Tuple
from weakref import ref as weak

from . import _accelerator, _queue_levels
from ._own import own
from ._watched import Current

if TYPE_CHECKING:
    from ._recorder import Recorder

_getframe = sys._getframe
_Queue: Any = asyncio.Queue
_PLAIN: Dict[str, Any] = {name: _Queue.__dict__.get(name) for name in ("__init__", "_init", "_get", "_put")}
_append = deque.append
_appendleft = deque.appendleft
_popleft = deque.popleft


class Items(deque):  # type: ignore[type-arg]
    __slots__ = ("queue", "ref")

    queue: "weak[Any]"
    ref: Any  # its queue's ObjectRef, as far as the accelerator has looked; None = not yet

    def __reduce_ex__(self, protocol: Any) -> Any:
        return deque, (list(self),)


class PythonItems(Items):
    __slots__ = ()

    current: Current  # of the process

    def append(self, item: Any) -> None:
        _append(self, item)
        self._tell(_getframe(1))

    def popleft(self) -> Any:
        item = _popleft(self)
        try:
            self._tell(_getframe(1))
        except BaseException:  # of a signal's handler: the item would be lost
            _appendleft(self, item)
            raise
        return item

    def _tell(self, frame: Any) -> None:
        recorder = PythonItems.current()
        if recorder is not None and recorder.output is not None:
            try:
                queue = getattr(self, "queue", bool)()
                if queue is not None and queue is not False:
                    _queue_levels.changed(recorder, queue, frame, len(self))
            except Exception:
                recorder.broke()


def _made_event(kind: Any) -> Any:
    """`asyncio.Event` for a queue's own, which says whether all items are done: without the watched attribute.

    As a class beside it and not below: an attribute that any class of an object knows is stored the interpreter's slow
    way, with each put. It says itself that it is asyncio's.
    """
    namespace = {name: value for name, value in vars(kind).items() if name not in ("__dict__", "__weakref__", "_value")}
    namespace["__class__"] = property(lambda self: kind)
    namespace["__reduce_ex__"] = lambda self, protocol: (copyreg._reconstructor, (kind, object, None), self.__dict__)  # type: ignore[attr-defined]
    return type(kind.__name__, kind.__bases__, dict(namespace, __qualname__=kind.__qualname__))


for _name in ("__module__", "__name__", "__qualname__", "__doc__"):  # what a program sees that prints them
    setattr(PythonItems, _name, getattr(deque, _name))


def tell(recorder: "Recorder", queue: Any, items: int) -> None:
    """For items in C, of a queue that nothing is known of."""
    _queue_levels.changed(recorder, queue, _getframe(1), items)


def hooks(current: Current) -> "Iterator[Tuple[Any, str, Any]]":
    """For a process without queues."""
    init, container = _PLAIN["__init__"], _PLAIN["_init"]
    if not all(type(plain) is FunctionType for plain in (init, container)):
        yield from _queue_levels.hooks(current)
        return
    PythonItems.current = staticmethod(current)  # type: ignore[assignment]
    kind: Any = getattr(_accelerator.bind(), "FastItems", PythonItems)

    def noticed() -> Any:
        """`Queue.__init__` makes its deques of waiters."""
        recorder = current()
        if recorder is not None and recorder.output is not None:
            try:
                frame = _getframe(1)
                queue = frame.f_locals["self"]
                if own(queue, "_getters") is None:
                    if not _tells(type(queue)):
                        _queue_levels.watch(type(queue), current)
                    _queue_levels.made(recorder, queue, frame)
            except Exception:
                recorder.broke()
        return deque()

    def items() -> Any:
        try:
            queue = _getframe(1).f_locals.get("self")
            if _tells(type(queue)):
                made = kind()
                made.ref = None
                made.queue = weak(queue)
                return made
        except Exception:
            recorder = current()
            if recorder is not None:
                recorder.broke()
        return deque()

    modules = init.__globals__
    locks = SimpleNamespace(**{**vars(modules["locks"]), "Event": _made_event(asyncio.Event)})
    yield _Queue, "__init__", _with(init, collections=SimpleNamespace(deque=noticed), locks=locks)
    yield _Queue, "_init", _with(container, collections=SimpleNamespace(deque=items))
    for other in (asyncio.LifoQueue, asyncio.PriorityQueue):
        yield from _queue_levels.attributes(other, current)


def _tells(kind: Any) -> bool:
    """Whether its items are put and taken as those of asyncio's own `Queue`."""
    return kind._get is _PLAIN["_get"] and kind._put is _PLAIN["_put"] and kind._init is _Queue._init


def _with(plain: Any, **names: Any) -> Any:
    """The same function where these globals are others."""
    known = {**plain.__globals__, **names}
    function = FunctionType(plain.__code__, known, plain.__name__, plain.__defaults__, plain.__closure__)
    function.__kwdefaults__ = plain.__kwdefaults__
    for name in ("__module__", "__qualname__", "__doc__", "__annotations__"):
        setattr(function, name, getattr(plain, name))
    function.__dict__.update(plain.__dict__)
    return function
