"""What `sys.remote_exec` runs in a program that was not recorded: the recording begins (`_attach` asks for it)."""

import json
import os
import sys
from typing import Any, Dict, Iterator, Optional

from . import _command, _process


def begin(output: Optional[str], report: str) -> None:
    """Record from here on, with the loops that run, and write what became of it to `report`."""
    try:
        answer = _begin(output)
    except Exception as error:
        answer = {"error": f"{type(error).__name__}: {error}"}
    part = f"{report}.part"
    with open(part, "w", encoding="utf-8") as file:
        json.dump(answer, file)
    os.rename(part, report)


def _begin(output: Optional[str]) -> Dict[str, Any]:
    if _process.recording():
        return {"error": "it is recorded already, or was"}
    path = _process.start(output, _command.this_program(), replace=False)
    if path is None:
        return {"error": "the trace could not be written; its standard error says why"}
    return {"trace": path, "loops": join_running_loops()}


def join_running_loops() -> int:
    """How many there are."""
    loops = list(running_loops())
    for loop in loops:
        _process.join(loop)
    return len(loops)


def running_loops() -> Iterator[Any]:
    """The loops that run now, in whichever thread: the standard library's, whose `run_forever` is on a stack, and
    uvloop's, which leave no frame."""
    asyncio = sys.modules.get("asyncio")
    if asyncio is None or not hasattr(asyncio, "BaseEventLoop"):
        return
    run_forever = asyncio.BaseEventLoop.run_forever.__code__
    for innermost in sys._current_frames().values():
        frame: Any = innermost
        while frame is not None:
            if frame.f_code is run_forever:
                yield frame.f_locals["self"]
                break
            frame = frame.f_back
    uvloop = sys.modules.get("uvloop")
    if uvloop is not None and hasattr(uvloop, "Loop"):
        from ._uvloop import open_loops

        yield from [loop for loop in open_loops(uvloop.Loop) if loop.is_running()]
