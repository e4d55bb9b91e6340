"""What a suspended task waits for, read from its coroutines. Nothing in asyncio is patched for it.

`task._coro` leads through `cr_await` to the innermost frame. Its place in the code says what kind of waiting
it is (`_sites`), its locals say for which object. The way is cached by the tuple of `(id(code), f_lasti)` of
all frames, so that the usual suspension costs the walk and one lookup.
"""

import asyncio
import gc
import socket
import sys
from types import AsyncGeneratorType, CoroutineType, GeneratorType
from typing import Any, Callable, Dict, List, Optional, Set, Tuple

from . import _schema as schema
from ._details import name_of_address
from ._format import U32_MAX
from ._jobs import Job
from ._objects import Objects
from ._sites import Known, cython_functions, known_functions
from ._stacks import Stacks
from ._tables import Tables

MAX_FRAMES = 64  # the innermost frames of a deeper chain are kept
_REFERENTS_OF_COROUTINE = sys.version_info >= (3, 11)  # before, the locals hang on the frame object

# Types of awaitables that lead no further, as they are met: the iterator of a future first of all.
_ends: Set[type] = set()
# Types of coroutines that Cython made, as uvloop's: they have a name, and no frame to go further by.
_cython: Set[type] = set()

_TARGETS = {
    "": schema.TARGET_NONE,
    "delay": schema.TARGET_DELAY,
    "count": schema.TARGET_COUNT,
    "task": schema.TARGET_TASK,
    "socket": schema.TARGET_OBJECT,
    "cython_socket": schema.TARGET_OBJECT,
    "name": schema.TARGET_OBJECT,
    "object": schema.TARGET_OBJECT,
    "job": schema.TARGET_OBJECT,
}
SHIELDED = "shield.<locals>._outer_done_callback"
CHAINED = "_chain_future.<locals>._call_check_cancel"


class Site:
    """One place in the code where tasks suspend."""

    __slots__ = ("depth", "find", "ident", "known", "stack")

    def __init__(self, stack: int, ident: int, known: Optional[Known], depth: int, find: Any) -> None:
        self.stack = stack
        self.ident = ident  # await id, 0: it depends on the future that is awaited here
        self.known = known
        self.depth = depth  # of the coroutine that holds the target, the task's own being 0
        self.find = find  # the target number from that coroutine's referents; None = there is none to find


class Awaits:
    def __init__(self, tables: Tables, stacks: Stacks, objects: Objects, tasks: Dict[int, Any]) -> None:
        self._tables = tables
        self._stacks = stacks
        self._objects = objects
        self._tasks = tasks
        self._sites: Dict[Tuple[int, ...], Site] = {}
        self._known = known_functions()
        self._names: Dict[int, str] = {}
        self.detail: Callable[[int, str], None] = lambda ident, text: None  # an object, in words
        # What the `asyncio.wait` last looked at waits for: told by who asked (`_scopes.joins`).
        self.joined: Any = None

    def site(self, coroutine: Any) -> Site:
        """The place where a task is suspended in `coroutine`.

        The hot path of the recorder: 0.3 µs for each coroutine of the chain, most of it for making frame objects.
        """
        outermost = coroutine
        key: Tuple[int, ...] = ()
        while coroutine is not None:
            kind = type(coroutine)
            if kind is CoroutineType:
                frame = coroutine.cr_frame
                coroutine = coroutine.cr_await
            elif kind in _ends:
                break
            elif kind in _cython:
                key += (id(kind), id(coroutine.__qualname__))
                break
            elif kind is GeneratorType:
                frame = coroutine.gi_frame
                coroutine = coroutine.gi_yieldfrom
            elif kind is AsyncGeneratorType:
                frame = coroutine.ag_frame
                coroutine = coroutine.ag_await
            else:
                inner = _through(coroutine)
                coroutine = coroutine if inner is None and kind in _cython else inner
                continue
            if frame is None:
                break
            key += (id(frame.f_code), frame.f_lasti)
        found = self._sites.get(key)
        if found is None:
            found = self._sites[key] = self._site(chain_of(outermost), cython_of(outermost))
        return found

    def of(self, coroutine: Any, future: object) -> Tuple[int, int]:
        """`(await id, target number)` of a task suspended in `coroutine` on `future` (None after a bare yield)."""
        site = self.site(coroutine)
        if site.known is None:
            return self._awaited(site, future)
        return site.ident, self.target(site, coroutine) if site.find else 0

    def target(self, site: Site, outermost: Any) -> int:
        coroutine = outermost
        try:
            for _ in range(site.depth):
                coroutine = coroutine.cr_await
            if type(coroutine).__name__ == "coroutine_wrapper":
                coroutine = _through(coroutine)
        except AttributeError:  # there are generators in between
            chain = chain_of(outermost)
            coroutine = chain[site.depth] if site.depth < len(chain) else cython_of(outermost)
        return int(site.find(_referents(coroutine), site.known))

    def _site(self, chain: List[Any], cython: Any) -> Site:
        frames = [frame_of(coroutine) for coroutine in chain]
        best: Optional[Known] = None
        index = len(chain)
        if cython is not None:
            name = self._names.setdefault(id(cython.__qualname__), cython.__qualname__)  # kept: its address is a key
            best = cython_functions.get(name)
        for position in range(len(chain) - 1, -1, -1):
            code = frames[position].f_code
            self._stacks.definition(code, getattr(chain[position], "__qualname__", code.co_name))
            if self._stacks.kind(code) != 2:  # the program's own function: what is further out does not name the wait
                break
            found = self._known.get(id(code))
            if found and (best is None or found.rank >= best.rank):
                best, index = found, position
        for position, coroutine in enumerate(chain):
            self._stacks.definition(frames[position].f_code, getattr(coroutine, "__qualname__", ""))
        stack = self._stacks.suspended(frames[-MAX_FRAMES:])
        if best is None:
            return Site(stack, 0, None, 0, None)
        find = getattr(self, f"_{best.target}", None) if best.target else None
        return Site(stack, self._define(best.kind, best.label, stack, _TARGETS[best.target]), best, index, find)

    def _define(self, kind: int, label: str, stack: int, target_kind: int) -> int:
        return self._tables.intern(schema.DEF_AWAIT, kind, self._tables.string(label), stack, target_kind)

    # How to find an await's target among what a suspended asyncio function refers to: its locals in their order,
    # after the function and the like.

    def _object(self, referents: List[Any], known: Known) -> int:
        owner: Any = known.owner
        for value in referents:
            if issubclass(type(value), owner):
                return self._objects.ident(value, known.object_kind)
        return 0

    def _delay(self, referents: List[Any], known: Known) -> int:
        for value in referents:
            if type(value) is float or type(value) is int:
                return delay_us(value)
        return 0

    def _count(self, referents: List[Any], known: Known) -> int:
        self.joined = next((value for value in referents if type(value) is set), ())
        return len(self.joined)

    def _task(self, referents: List[Any], known: Known) -> int:
        for value in referents:
            if id(value) in self._tasks:
                return int(self._tasks[id(value)].id)
        for value in referents:  # `wait_for(shield(…))`
            if isinstance(value, asyncio.Future):
                for entry in getattr(value, "_callbacks", None) or ():
                    if getattr(entry[0], "__qualname__", "") == SHIELDED:
                        return self._shielded(entry[0])
        return 0

    def _socket(self, referents: List[Any], known: Known) -> int:
        for value in referents:
            if issubclass(type(value), socket.socket):
                return self._objects.socket(value)
        return 0

    def _cython_socket(self, referents: List[Any], known: Known) -> int:
        return self._socket(_of_closure(referents), known)

    def _name(self, referents: List[Any], known: Known) -> int:
        """What uvloop looks up: among the closure's variables, in their order, the host and the port."""
        parts = [part for part in _of_closure(referents) if type(part) in (str, bytes, int, tuple)]
        for value in referents:
            for future in gc.get_referents(value) if type(value).__name__ == "FutureIter" else ():
                if not isinstance(future, asyncio.Future):
                    continue
                ident = self._objects.ident(future, known.object_kind, 0, known.label)
                name = parts[0] if parts and type(parts[0]) is tuple else tuple(parts)
                self.detail(ident, name_of_address(name))
                return ident
        return 0

    def _job(self, referents: List[Any], known: Known) -> int:
        for value in referents:
            if type(value) in _ends:  # the iterator of the future that is awaited
                for future in gc.get_referents(value):
                    for entry in getattr(future, "_callbacks", None) or ():
                        if getattr(entry[0], "__qualname__", "") == CHAINED:
                            return self._job_of(entry[0])
        return 0

    def _awaited(self, site: Site, future: object) -> Tuple[int, int]:
        """A coroutine of the program awaits a future itself: the future's kind is the kind of the wait."""
        if future is None:
            return self._define(schema.AWAIT_UNKNOWN, "yield", site.stack, schema.TARGET_NONE), 0
        ref = self._tasks.get(id(future))
        if ref is not None:
            return self._define(schema.AWAIT_TASK, "task", site.stack, schema.TARGET_TASK), ref.id
        if isinstance(future, asyncio.tasks._GatheringFuture):  # type: ignore[attr-defined]
            count = len(future._children)
            return self._define(schema.AWAIT_GATHER, "gather", site.stack, schema.TARGET_COUNT), count
        if isinstance(future, asyncio.Task):  # one that the recorder has not met
            return self._define(schema.AWAIT_TASK, "task", site.stack, schema.TARGET_TASK), 0
        for entry in getattr(future, "_callbacks", None) or ():
            name = getattr(entry[0] if type(entry) is tuple else entry, "__qualname__", "")
            if name == CHAINED:
                ident = self._define(schema.AWAIT_EXECUTOR, "executor", site.stack, schema.TARGET_OBJECT)
                return ident, self._job_of(entry[0])
            if name == SHIELDED:
                target = self._shielded(entry[0])
                return self._define(schema.AWAIT_SHIELD, "shield", site.stack, schema.TARGET_TASK), target
        ident = self._define(schema.AWAIT_FUTURE, "future", site.stack, schema.TARGET_OBJECT)
        return ident, self._objects.ident(future, schema.OBJECT_FUTURE)

    def _job_of(self, callback: Any) -> int:
        """The executor's job that a future is chained to by this callback."""
        for cell in callback.__closure__ or ():
            if isinstance(cell.cell_contents, Job):
                return self._objects.known(cell.cell_contents)
        return 0

    def _shielded(self, callback: Any) -> int:
        names = callback.__code__.co_freevars
        if "inner" not in names:
            return 0
        ref = self._tasks.get(id(callback.__closure__[names.index("inner")].cell_contents))
        return int(ref.id) if ref is not None else 0


def delay_us(seconds: float) -> int:
    """A delay in µs as the format holds it; not a number and endless count as the largest."""
    return min(int(seconds * 1e6), U32_MAX) if 0 <= seconds < 1e9 else (0 if seconds < 0 else U32_MAX)


def chain_of(coroutine: Any) -> List[Any]:
    """The suspended coroutines and generators, outermost first."""
    chain: List[Any] = []
    while coroutine is not None:
        kind = type(coroutine)
        if kind is CoroutineType:
            frame, inner = coroutine.cr_frame, coroutine.cr_await
        elif kind is GeneratorType:
            frame, inner = coroutine.gi_frame, coroutine.gi_yieldfrom
        elif kind is AsyncGeneratorType:
            frame, inner = coroutine.ag_frame, coroutine.ag_await
        else:
            coroutine = _through(coroutine)
            continue
        if frame is None:
            break
        chain.append(coroutine)
        coroutine = inner
    return chain


def cython_of(coroutine: Any) -> Any:
    """The coroutine of Cython's that a chain ends in, None = it does not."""
    for innermost in chain_of(coroutine)[-1:]:
        kind = type(innermost)
        coroutine = (
            innermost.cr_await
            if kind is CoroutineType
            else innermost.gi_yieldfrom
            if kind is GeneratorType
            else innermost.ag_await
        )
    while coroutine is not None and type(coroutine) not in _cython:
        coroutine = _through(coroutine)
    return coroutine


def _of_closure(referents: List[Any]) -> List[Any]:
    """The variables of a coroutine of Cython's, which it keeps in an object of their own."""
    for value in referents:
        if type(value).__name__.startswith("__pyx_scope_struct"):
            return gc.get_referents(value)
    return []


def _referents(coroutine: Any) -> List[Any]:
    if type(coroutine) in _cython:
        return gc.get_referents(coroutine)
    return gc.get_referents(coroutine if _REFERENTS_OF_COROUTINE else frame_of(coroutine))


def frame_of(coroutine: Any) -> Any:
    kind = type(coroutine)
    if kind is CoroutineType:
        return coroutine.cr_frame
    return coroutine.gi_frame if kind is GeneratorType else coroutine.ag_frame


_WRAPPERS = ("async_generator_asend", "async_generator_athrow", "coroutine_wrapper", "anext_awaitable")

_CYTHON = ("coroutine", "iterable_coroutine")


def _through(awaitable: object) -> Optional[object]:
    """The coroutine or generator inside one of the interpreter's own awaitables, which have no attribute for it."""
    if type(awaitable).__name__ in _WRAPPERS and type(awaitable).__module__ == "builtins":
        for value in gc.get_referents(awaitable):
            if type(value) in (AsyncGeneratorType, CoroutineType, GeneratorType) or type(value).__name__ in _WRAPPERS:
                return value  # type: ignore[no-any-return]
        return None
    kind = type(awaitable)
    if kind.__module__.startswith("_cython_") and kind.__name__ == "coroutine_wrapper":
        return next((value for value in gc.get_referents(awaitable) if type(value).__name__ in _CYTHON), None)
    (_cython if kind.__module__.startswith("_cython_") and kind.__name__ in _CYTHON else _ends).add(kind)
    return None
