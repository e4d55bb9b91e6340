"""What program this process runs, as its command line says."""

import os
import sys
from typing import List, NamedTuple

from ._debuggers import code_without_debugger, debugged

NAME_LENGTH = 60


class Program(NamedTuple):
    """What a process runs."""

    argv: List[str]  # the script or `-m`, module first
    name: str = ""  # what it is called where `argv` alone does not tell it from others


def this_program() -> Program:
    argv = program_argv()
    return Program(argv, first_line(code_of()) if argv[0] == "-c" else "")


def program_argv() -> List[str]:
    """The program's arguments, the script or `-m`, module first. Works before `sys.argv` is complete."""
    argv = list(getattr(sys, "argv", [])) or [""]
    if argv[0] == "-m":
        # While `site` runs, the module's name is only in the original command line.
        module = _before(argv)
        argv = ["-m", *([module[2:] if module.startswith("-m") else module] if module else []), *argv[1:]]
    return debugged(argv)


def is_own() -> bool:
    """Whether this process runs a command of the recorder's, and no program."""
    return program_argv()[:2] == ["-m", __package__]


def code_of() -> str:
    """What `python -c` was given; empty where it was not, or the system does not tell."""
    argv = getattr(sys, "argv", [])
    if argv[:1] != ["-c"]:
        return ""
    code = _before(argv)
    return code_without_debugger(code[2:] if code.startswith("-c") else code)


def _before(argv: List[str]) -> str:
    """What stands in the original command line before the program's own arguments."""
    original = getattr(sys, "orig_argv", None) or _command_line()
    return original[-len(argv)] if len(original) >= len(argv) else ""


def _command_line() -> List[str]:
    """Before 3.10 only the system knows it."""
    try:
        with open("/proc/self/cmdline", "rb") as file:
            return [os.fsdecode(argument) for argument in file.read().split(b"\0")[:-1]]
    except OSError:
        return []


def first_line(code: str) -> str:
    line = next((line.strip() for line in code.splitlines() if line.strip()), "")
    return line if len(line) <= NAME_LENGTH else f"{line[: NAME_LENGTH - 1]}…"


def stem(argv: List[str]) -> str:
    """The first part of the trace's file name: the script's stem or the module's name."""
    name = argv[0]
    if name == "-m" and len(argv) > 1:
        return argv[1]
    name = os.path.splitext(os.path.basename(name.rstrip(os.sep)))[0]
    return name if name and not name.startswith("-") else "python"
