"""What program this process runs, as its command line says."""

import os
import sys
from typing import List


def program_argv() -> List[str]:
    """The program's arguments, the script or `-m`, module first. Works before `sys.argv` is complete."""
    argv = list(getattr(sys, "argv", [])) or [""]
    if argv[0] == "-m":
        # While `site` runs, the module's name is only in the original command line.
        original = getattr(sys, "orig_argv", [])
        count = len(argv) - 1
        module = original[-count - 1 :][:1] if count else original[-1:]
        return ["-m", *(name[2:] if name.startswith("-m") else name for name in module), *argv[1:]]
    return argv


def stem(argv: List[str]) -> str:
    """The first part of the trace's file name: the script's stem or the module's name."""
    name = argv[0]
    if name == "-m" and len(argv) > 1:
        return argv[1]
    name = os.path.splitext(os.path.basename(name.rstrip(os.sep)))[0]
    return name if name and not name.startswith("-") else "python"
