"""The tasks that a loop has when its recording begins in the middle: where each is suspended, and who waits for whom.

Who created them is not known, and neither is what else they did, nor who holds which lock.
"""

from time import perf_counter_ns
from types import MethodType
from typing import Any, Dict, Iterable, List, Tuple

from . import _schema as schema
from ._format import AUX_MAX
from ._scopes import Gathering, TaskGroup, group_made, joins
from ._tasks import name_of, str_of
from ._watched import UNSET, Current


def meet_all(queue: Any, tasks: "Iterable[Any]", current: Current) -> None:
    """In the loop's thread. Those whose step is scheduled were met as the queue was put in its place."""
    # They come as a set: by name is the nearest to the order in which they were created.
    there = sorted((task for task in tasks if id(task) not in queue.refs), key=_by_name)
    met = [task for task in there if _define(queue, task)]
    for task in met:
        _suspend(queue, task)
    for group, members in _groups(tasks).items():
        group_made(current)(queue.recorder, group, UNSET, group.__dict__.get("_tasks"))
        owner = queue.refs.get(id(group.__dict__.get("_parent_task")))
        _scope(queue, group, schema.OBJECT_TASK_GROUP, "TaskGroup", owner, members)


def _by_name(task: Any) -> Tuple[int, str]:
    name = str_of(name_of(task))
    return len(name), name


def _define(queue: Any, task: Any) -> bool:
    ref = queue.recorder.tasks.meet(task, queue.loop_id or queue.identify(), 0)
    if ref is not None:
        queue.extend_events((schema.EV_TASK_CREATE, perf_counter_ns(), ref.id, 0))
    return ref is not None


def _suspend(queue: Any, task: Any) -> None:
    recorder, ref, waiter = queue.recorder, queue.refs[id(task)], task._fut_waiter
    awaits = recorder.awaits
    awaits.joined = None
    time = perf_counter_ns()
    ident, target = awaits.of(task._coro, waiter)
    queue.extend_events((schema.EV_STEP_BEGIN, time, ref.id, 0))
    if awaits.joined is not None:
        joins(recorder, ref.id, waiter, 0, time)
    elif type(waiter) is Gathering:
        _scope(queue, waiter, schema.OBJECT_GATHER, "gather", ref, waiter._children)
    word = schema.EV_STEP_SUSPEND | (ident << 8 if ident <= AUX_MAX else 0)
    queue.extend_events((word, time, ref.id, target))


def _groups(tasks: "Iterable[Any]") -> "Dict[Any, List[Any]]":
    """The task groups, by what each of their tasks will call when it is done."""
    groups: Dict[Any, List[Any]] = {}
    for task in tasks:
        for entry in task._callbacks or ():
            callback = entry[0] if type(entry) is tuple else entry
            if type(callback) is MethodType and type(callback.__self__) is TaskGroup:
                groups.setdefault(callback.__self__, []).append(task)
    return groups


def _scope(queue: Any, scope: Any, kind: int, label: str, owner: Any, members: "Iterable[Any]") -> None:
    ident = queue.recorder.objects.ident(scope, kind, 0, label)
    extend, time = queue.extend_events, perf_counter_ns()
    extend((schema.EV_SCOPE_OPEN, time, ident, owner.id if owner is not None else 0))
    for ref in dict.fromkeys(queue.refs.get(id(member)) for member in members):
        if ref is not None:
            extend((schema.EV_SCOPE_CHILD, time, ident, ref.id))
