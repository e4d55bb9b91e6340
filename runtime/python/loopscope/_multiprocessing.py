"""Processes that `multiprocessing` starts: what they are called, and which of them are the program's at all.

A child by `fork` is there with all that its parent knew. One by `spawn` or `forkserver` begins as `python -c …` and is
told what it is to be before anything of the program runs in it: the recording begins at that moment, and knows then
the program's arguments and the child's name. The server that forks, and the tracker of shared resources, are nobody's
program and have no trace.
"""

import sys
from types import FrameType
from typing import Callable, Optional

from ._command import Program, code_of
from ._imports import when_imported

# What each is started with; 3.14 needs `sys` for the server's arguments.
_SERVER = ("from multiprocessing.forkserver import", "import sys; from multiprocessing.forkserver import")
_CHILD = ("from multiprocessing.spawn import", *_SERVER)
_TRACKER = ("from multiprocessing.resource_tracker import", "from multiprocessing.semaphore_tracker import")
_LAST = -1000


def is_no_program() -> bool:
    return code_of().startswith(_TRACKER)


def is_to_be_told() -> bool:
    """Whether this process has yet to be told what it is."""
    return sys.argv[1:2] == ["--multiprocessing-fork"] or code_of().startswith(_CHILD)


def when_told(begin: Callable[[Program], None], end: Callable[[], None]) -> None:
    """Call `begin` as soon as it is known what this process runs; in a process that forks for others, in each of those,
    and `end` when such a child has run.
    """
    ends = end if code_of().startswith(_SERVER) else None
    module = sys.modules.get("multiprocessing.spawn")
    if module is not None and hasattr(module, "prepare"):
        _watch(begin, ends)
    else:
        when_imported("multiprocessing.spawn", lambda: _watch(begin, ends))


def _watch(begin: Callable[[Program], None], end: Optional[Callable[[], None]]) -> None:
    """`prepare` calls this last before it runs the program's main module: nothing of ours is on the stack then."""
    spawn = sys.modules["multiprocessing.spawn"]
    plain = spawn.set_start_method  # type: ignore[attr-defined]

    def set_start_method(*args: object, **kwargs: object) -> None:
        spawn.set_start_method = plain  # type: ignore[attr-defined]
        begin(_told(sys._getframe(1)))
        if end is not None:
            before_it_ends(end)
        plain(*args, **kwargs)

    spawn.set_start_method = set_start_method  # type: ignore[attr-defined]


def _told(prepare: FrameType) -> Program:
    data = prepare.f_locals.get("data")
    told = data if type(data) is dict else {}
    argv = [text for text in sys.argv if type(text) is str] or [""]
    module = told.get("init_main_from_name")
    if type(module) is str:
        suffix = ".__main__"
        argv = ["-m", module[: -len(suffix)] if module.endswith(suffix) else module, *argv[1:]]
    name = told.get("name")
    return Program(argv, name if type(name) is str else "")


def before_it_ends(end: Callable[[], None]) -> None:
    """Call `end` when this child of a fork has run: it leaves by `os._exit`, which asks nobody."""
    util = sys.modules.get("multiprocessing.util")
    if util is not None:
        # A child first forgets what its parent wanted to be called for, and then calls this.
        util.register_after_fork(util, lambda util: util.Finalize(None, end, exitpriority=_LAST))


def name_in_fork(frame: Optional[FrameType]) -> str:
    """Right after the fork, in the child: what it will be called. Empty where it is no child of `multiprocessing`."""
    for _ in range(8):
        if frame is None:
            break
        if frame.f_code.co_name == "_launch" and frame.f_globals.get("__name__") == "multiprocessing.popen_fork":
            name = getattr(frame.f_locals.get("process_obj"), "_name", None)
            return name if type(name) is str else ""
        frame = frame.f_back
    return ""
