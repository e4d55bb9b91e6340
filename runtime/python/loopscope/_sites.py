"""Which suspended asyncio function means which kind of waiting.

The innermost frames of a suspended task name what it waits for: `Lock.acquire` waits for a lock. Where several
such functions are nested, the one of the highest rank tells the reader most: `Queue.join` waits inside
`Event.wait`, and is the truth; a `wait_for` around `Queue.get` is not, the queue is. Ties go to the outermost.
"""

import asyncio
from types import CodeType
from typing import Dict, NamedTuple, Optional, Tuple

from . import _schema as schema


class Known(NamedTuple):
    """What a suspended asyncio function waits for."""

    kind: int
    label: str
    rank: int
    target: str  # how `_awaits` finds the event's target number: a key of its `_TARGETS`
    owner: Optional[type]  # the class of the awaited object, for "object"
    object_kind: int


# (module, function, await kind, rank, target, object kind)
_WAITS = (
    ("tasks", "sleep", schema.AWAIT_SLEEP, 5, "delay", 0),
    ("tasks", "_wait", schema.AWAIT_WAIT, 5, "count", 0),
    ("tasks", "wait_for", schema.AWAIT_WAIT_FOR, 0, "task", 0),
    ("tasks", "_AsCompletedIterator._wait_for_one", schema.AWAIT_AS_COMPLETED, 7, "", 0),
    ("locks", "Lock.acquire", schema.AWAIT_LOCK, 5, "object", schema.OBJECT_LOCK),
    ("locks", "Semaphore.acquire", schema.AWAIT_SEMAPHORE, 5, "object", schema.OBJECT_SEMAPHORE),
    ("locks", "Event.wait", schema.AWAIT_EVENT, 5, "object", schema.OBJECT_EVENT),
    ("locks", "Condition.wait", schema.AWAIT_CONDITION, 4, "object", schema.OBJECT_CONDITION),
    ("locks", "Condition.wait_for", schema.AWAIT_CONDITION, 4, "object", schema.OBJECT_CONDITION),
    ("locks", "Barrier.wait", schema.AWAIT_BARRIER, 6, "object", schema.OBJECT_BARRIER),
    ("queues", "Queue.get", schema.AWAIT_QUEUE_GET, 5, "object", schema.OBJECT_QUEUE),
    ("queues", "Queue.put", schema.AWAIT_QUEUE_PUT, 5, "object", schema.OBJECT_QUEUE),
    ("queues", "Queue.join", schema.AWAIT_QUEUE_JOIN, 6, "object", schema.OBJECT_QUEUE),
    ("taskgroups", "TaskGroup.__aexit__", schema.AWAIT_TASK_GROUP, 5, "object", schema.OBJECT_TASK_GROUP),
    ("streams", "StreamReader._wait_for_data", schema.AWAIT_READ, 4, "object", schema.OBJECT_STREAM),
    ("streams", "StreamReader.read", schema.AWAIT_READ, 5, "object", schema.OBJECT_STREAM),
    ("streams", "StreamReader.readline", schema.AWAIT_READ, 5, "object", schema.OBJECT_STREAM),
    ("streams", "StreamReader.readuntil", schema.AWAIT_READ, 5, "object", schema.OBJECT_STREAM),
    ("streams", "StreamReader.readexactly", schema.AWAIT_READ, 5, "object", schema.OBJECT_STREAM),
    ("streams", "FlowControlMixin._drain_helper", schema.AWAIT_DRAIN, 4, "", 0),
    ("streams", "StreamWriter.drain", schema.AWAIT_DRAIN, 5, "object", schema.OBJECT_STREAM),
    ("streams", "StreamWriter.wait_closed", schema.AWAIT_FUTURE, 5, "object", schema.OBJECT_STREAM),
    ("streams", "StreamWriter.start_tls", schema.AWAIT_CONNECT, 5, "object", schema.OBJECT_STREAM),
    ("streams", "open_connection", schema.AWAIT_CONNECT, 5, "", 0),
    ("streams", "open_unix_connection", schema.AWAIT_CONNECT, 5, "", 0),
    ("base_events", "BaseEventLoop.create_connection", schema.AWAIT_CONNECT, 5, "", 0),
    ("base_events", "BaseEventLoop.create_datagram_endpoint", schema.AWAIT_CONNECT, 5, "", 0),
    ("base_events", "BaseEventLoop.start_tls", schema.AWAIT_CONNECT, 5, "", 0),
    ("base_events", "BaseEventLoop.getaddrinfo", schema.AWAIT_RESOLVE, 6, "job", schema.OBJECT_JOB),
    ("base_events", "BaseEventLoop.getnameinfo", schema.AWAIT_RESOLVE, 6, "job", schema.OBJECT_JOB),
    ("base_events", "BaseEventLoop.shutdown_default_executor", schema.AWAIT_EXECUTOR, 5, "", 0),
    ("base_events", "Server.serve_forever", schema.AWAIT_SERVER, 5, "object", schema.OBJECT_SERVER),
    ("base_events", "Server.wait_closed", schema.AWAIT_SERVER, 5, "object", schema.OBJECT_SERVER),
    ("selector_events", "BaseSelectorEventLoop.sock_connect", schema.AWAIT_CONNECT, 4, "socket", 0),
    ("selector_events", "BaseSelectorEventLoop.sock_recv", schema.AWAIT_SOCKET, 5, "socket", 0),
    ("selector_events", "BaseSelectorEventLoop.sock_recv_into", schema.AWAIT_SOCKET, 5, "socket", 0),
    ("selector_events", "BaseSelectorEventLoop.sock_recvfrom", schema.AWAIT_SOCKET, 5, "socket", 0),
    ("selector_events", "BaseSelectorEventLoop.sock_recvfrom_into", schema.AWAIT_SOCKET, 5, "socket", 0),
    ("selector_events", "BaseSelectorEventLoop.sock_sendall", schema.AWAIT_SOCKET, 5, "socket", 0),
    ("selector_events", "BaseSelectorEventLoop.sock_sendto", schema.AWAIT_SOCKET, 5, "socket", 0),
    ("selector_events", "BaseSelectorEventLoop.sock_accept", schema.AWAIT_SOCKET, 5, "socket", 0),
    ("base_subprocess", "BaseSubprocessTransport._wait", schema.AWAIT_SUBPROCESS, 4, "", 0),
    ("subprocess", "Process.wait", schema.AWAIT_SUBPROCESS, 5, "object", schema.OBJECT_PROCESS),
    ("subprocess", "Process.communicate", schema.AWAIT_SUBPROCESS, 5, "object", schema.OBJECT_PROCESS),
    ("subprocess", "create_subprocess_exec", schema.AWAIT_SUBPROCESS, 5, "", 0),
    ("subprocess", "create_subprocess_shell", schema.AWAIT_SUBPROCESS, 5, "", 0),
    ("threads", "to_thread", schema.AWAIT_EXECUTOR, 5, "job", schema.OBJECT_JOB),
)

# uvloop's: kind, target, object kind, names
_SOCKET = "sock_recv sock_recv_into sock_recvfrom sock_recvfrom_into sock_sendall sock_sendto sock_accept"
_CONNECT = "create_connection create_unix_connection create_datagram_endpoint start_tls"
_CYTHON_WAITS = (
    (schema.AWAIT_SOCKET, "cython_socket", schema.OBJECT_SOCKET, _SOCKET),
    (schema.AWAIT_CONNECT, "cython_socket", schema.OBJECT_SOCKET, "sock_connect"),
    (schema.AWAIT_RESOLVE, "name", schema.OBJECT_JOB, "getaddrinfo getnameinfo"),
    (schema.AWAIT_CONNECT, "", 0, _CONNECT),
    (schema.AWAIT_EXECUTOR, "", 0, "shutdown_default_executor"),
    (schema.AWAIT_SUBPROCESS, "", 0, "subprocess_exec subprocess_shell"),
)
# By their qualified names.
cython_functions = {
    f"Loop.{name}": Known(kind, name, 6 if target else 5, target, None, object_kind)
    for kind, target, object_kind, names in _CYTHON_WAITS
    for name in names.split()
}
for _name in ("Server.serve_forever", "Server.wait_closed"):
    cython_functions[_name] = Known(schema.AWAIT_SERVER, _name, 5, "", None, 0)

_LABELS = {
    "_wait": "wait",
    "TaskGroup.__aexit__": "TaskGroup",
    "_AsCompletedIterator._wait_for_one": "as_completed",
    "FlowControlMixin._drain_helper": "drain",
    "BaseSubprocessTransport._wait": "Process.wait",
}


def known_functions() -> Dict[int, Known]:
    """By `id(code)`. What this version of asyncio does not have is left out."""
    table: Dict[int, Known] = {}
    for module_name, path, kind, rank, target, object_kind in _WAITS:
        found = getattr(asyncio, module_name, None)
        owner = None
        for part in path.split("."):
            owner, found = found, getattr(found, part, None)
        code = getattr(found, "__code__", None)
        if code is not None:
            owner = owner if isinstance(owner, type) else None
            table[id(code)] = Known(kind, _label(path), rank, target, owner, object_kind)
    for code in _closures(asyncio.as_completed):
        if code.co_name == "_wait_for_one":  # a closure up to 3.12
            table[id(code)] = Known(schema.AWAIT_AS_COMPLETED, "as_completed", 7, "", None, 0)
    return table


def known_names() -> Dict[Tuple[str, str], Known]:
    """By the name of asyncio's file and the qualified name of the function, for code of another process."""
    return {
        (f"{module}.py", path): Known(kind, _label(path), rank, target, None, object_kind)
        for module, path, kind, rank, target, object_kind in _WAITS
    }


def _label(path: str) -> str:
    label = path[len("BaseEventLoop.") :] if path.startswith("BaseEventLoop.") else path
    label = label.replace("BaseSelectorEventLoop.", "").replace("._wait_for_data", ".read")
    return _LABELS.get(label, label)


def _closures(function: object) -> "list[CodeType]":
    code = getattr(function, "__code__", None)
    return [const for const in getattr(code, "co_consts", ()) if isinstance(const, CodeType)]
