"""Who was asked to cancel, seen from the one wake-up that a request causes at once.

`task.cancel()` of a C task leaves no trace but this: the future at the far end of the chain of awaits is
cancelled, and so its waiter is put into the ready queue while the requester still runs. All tasks between
the requester's target and that waiter were asked too.
"""

from typing import Any, Dict, Iterator, List, Tuple

from ._objects import TaskRef
from ._tasks import HAS_CANCELLING, OTHER, cancelling, task_of

MAX_DEPTH = 32


def asked(task: Any, ref: TaskRef, future: Any, refs: Dict[int, TaskRef]) -> List[Tuple[Any, TaskRef]]:
    """The tasks with a new cancel request, outermost first, when `task` wakes because `future` was cancelled.

    From 3.11 on `task.cancelling()` counts requests, which separates them from a future that somebody else
    cancelled, and shows the tasks further out. Before, a plain future that is cancelled counts as a request to
    its waiter, and the requests that only passed through the tasks further out are not seen.
    """
    if not HAS_CANCELLING:
        return [] if id(future) in refs or type(future).__name__ == "_GatheringFuture" else [(task, ref)]
    found: List[Tuple[Any, TaskRef]] = []
    level: List[Any] = [task]
    for _ in range(MAX_DEPTH):
        waiters: List[Any] = []
        for current in level:
            known = refs.get(id(current))
            if known is not None:
                count = cancelling(current)
                if count > known.cancelling:
                    found.append((current, known))
                known.cancelling = count
            waiters.extend(waiting_tasks(current))
        if not waiters:
            break
        level = waiters
    found.reverse()
    return found


def waiting_tasks(future: Any) -> Iterator[Any]:
    """The tasks and gatherings that wait for a future."""
    for entry in getattr(future, "_callbacks", None) or ():
        callback = entry[0] if type(entry) is tuple else entry
        kind, waiter = task_of(callback)
        if kind != OTHER:
            yield waiter
        elif getattr(callback, "__qualname__", "") == "gather.<locals>._done_callback":
            names = callback.__code__.co_freevars
            if "outer" in names:
                try:
                    yield callback.__closure__[names.index("outer")].cell_contents
                except ValueError:  # gather() has not got that far yet
                    continue
