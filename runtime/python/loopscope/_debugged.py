"""What a debugger's front end asks of a program that is not recorded, each by one expression that it has evaluated.

Answers are text without quotes or backslashes, so that the debugger's `repr` of them is the text. It works in a
thread that stands at a breakpoint, and from the debugger's own thread while the program runs or waits.
"""

import base64
import json
import sys
import zlib
from typing import Any, Dict

from . import _snapshot
from ._goes_on import places
from ._objects import TaskRef

_tasks: Dict[int, TaskRef] = {}  # of the last snapshot, by their ids in it


def snapshot() -> str:
    """A trace of this moment; empty where the program has not imported asyncio."""
    if "asyncio" not in sys.modules:
        return ""
    data = _snapshot.take(tasks=_tasks)
    return base64.b64encode(zlib.compress(data, 1)).decode()


def goes_on(ident: int) -> str:
    """Where a task goes on, and what is true only there: `{"condition", "places": [[file, line]…]}`."""
    task = _task(ident)
    if task is None:
        return ""
    # The address of a task that lives is its own; where no loop runs, there is no task either.
    condition = (
        f"__import__('asyncio').events._get_running_loop() and id(__import__('asyncio').current_task()) == {id(task)}"
    )
    answer = {"condition": condition, "places": places(task._coro)}
    return base64.b64encode(json.dumps(answer).encode()).decode()


def cancel(ident: int) -> str:
    """Has the task's own loop cancel it, as soon as that runs. Empty where the task has ended."""
    task = _task(ident)
    if task is None:
        return ""
    task._loop.call_soon_threadsafe(task.cancel)
    return "asked"


def wake() -> str:
    """Ends the wait of each loop's selector: a debugger pauses a thread only where Python code runs."""
    if "asyncio" in sys.modules:
        for loop in _snapshot.loops():
            if loop.is_running():
                loop.call_soon_threadsafe(_nothing)
    return "woken"


def _nothing() -> None:
    pass


def _task(ident: int) -> Any:
    ref = _tasks.get(ident)
    task = ref() if ref is not None else None
    return None if task is None or task.done() else task
