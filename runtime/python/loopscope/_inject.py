"""What `inject/sitecustomize.py` starts in a fresh interpreter."""

import os
import sys

from . import _command, _multiprocessing, _process, _reexec


def start() -> bool:
    """Record this process if it was asked for. True when the `inject` folder should leave `sys.path`."""
    request = _reexec.accept()
    if request is not None:
        program = _command.Program(request["argv"])
        path = _process.start(request["output"], program, True, request["block_ms"], request["level"])
        if request["verbose"] and path:
            sys.stderr.write(f"loopscope: recording to {path}\n")
        return True
    wanted = os.environ.get("LOOPSCOPE", "")
    # `run` becomes the program, which is recorded as it asks.
    if wanted and wanted != "0" and not _command.is_own() and not _multiprocessing.is_no_program():
        if _multiprocessing.is_to_be_told():
            _multiprocessing.when_told(_begin, _process.at_exit)
        else:
            _begin(_command.this_program())
    return False


def _begin(program: _command.Program) -> None:
    wanted = os.environ.get("LOOPSCOPE", "")
    _process.start(None if wanted == "1" else wanted, program, replace=False)
