"""Loopscope's recorder: writes what an asyncio program does to a `.looptrace` file.

`python -m loopscope run SCRIPT` records a program from outside; `start()` and `stop()` from within.
"""

from typing import Optional

__version__ = "0.1.0"
__all__ = ["__version__", "start", "stop"]


def start(path: Optional[str] = None, *, level: Optional[str] = None) -> Optional[str]:
    """Record this process from here on; `path` is a file, a directory, or None for the working directory.

    `level`: "timeline", or "tasks": without what locks and queues hold, timers, connections and subprocesses, for
    less; None is what LOOPSCOPE_LEVEL says, or else "timeline". Raises ValueError for another.

    Loops that run already are recorded from their next iteration on, with the tasks that they have.

    Returns the trace's path, or None when it records already or the file cannot be written.
    """
    from . import _attached, _command, _levels, _process

    if level is not None and _levels.known(level) is None:
        raise ValueError(f"level is {level!r}: neither {' nor '.join(_levels.UNRECORDED)}")
    written = _process.start(path, _command.this_program(), replace=True, level=level)
    if written is not None:
        _attached.join_running_loops()
    return written


def stop() -> None:
    """End the trace in good order. A process is recorded once: there is no starting again."""
    from . import _process

    _process.stop()
