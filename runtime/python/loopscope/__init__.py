"""Loopscope's recorder: writes what an asyncio program does to a `.looptrace` file.

`python -m loopscope run SCRIPT` records a program from outside; `start()` and `stop()` from within.
"""

from typing import Optional

__version__ = "0.1.0"
__all__ = ["__version__", "start", "stop"]


def start(path: Optional[str] = None) -> Optional[str]:
    """Record this process from here on; `path` is a file, a directory, or None for the working directory.

    Loops that run already are recorded from their next iteration on, with the tasks that they have.

    Returns the trace's path, or None when it records already or the file cannot be written.
    """
    from . import _attached, _command, _process

    written = _process.start(path, _command.this_program(), replace=True)
    if written is not None:
        _attached.join_running_loops()
    return written


def stop() -> None:
    """End the trace in good order. A process is recorded once: there is no starting again."""
    from . import _process

    _process.stop()
