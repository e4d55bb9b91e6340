"""What `inject/sitecustomize.py` starts in a fresh interpreter."""

import os
import sys

from . import _command, _process, _reexec


def start() -> bool:
    """Record this process if it was asked for. True when the `inject` folder should leave `sys.path`."""
    request = _reexec.accept()
    if request is not None:
        argv = request["argv"]
        path = _process.start(request["output"], argv, _command.stem(argv), True, request["block_ms"])
        if request["verbose"] and path:
            sys.stderr.write(f"loopscope: recording to {path}\n")
        return True
    wanted = os.environ.get("LOOPSCOPE", "")
    if wanted and wanted != "0":
        argv = _command.program_argv()
        _process.start(None if wanted == "1" else wanted, argv, _command.stem(argv), replace=False)
    return False
