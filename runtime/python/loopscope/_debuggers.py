"""What a debugger runs. A trace names the program, and neither debugpy nor the tokens on its command line."""

import os
from typing import List

# Of debugpy's options these have no value; one that is not known has one.
_FLAGS = ("--wait-for-client", "--log-to-stderr", "--disable-sys-remote-exec", "--linux-attach-prefer-lldb")


def debugged(argv: List[str]) -> List[str]:
    """The program's arguments, of those of a process that a debugger may have started."""
    name = os.path.basename(argv[0])
    if name == "pydevd.py" and "--file" in argv:
        at = argv.index("--file")
        program = argv[at + 1 :]
        return ["-m", *program] if "--module" in argv[:at] else program or argv
    if name == "debugpy":
        return _after_options(argv[1:]) or argv
    if argv[:2] == ["-m", "debugpy"]:
        return _after_options(argv[2:]) or argv
    return argv


def _after_options(arguments: List[str]) -> List[str]:
    index = 0
    while index < len(arguments) and arguments[index].startswith("--"):
        index += 1 if arguments[index] in _FLAGS else 2
    program = arguments[index:]
    return ["-c", *program[2:]] if program[:1] == ["-c"] else program


def code_without_debugger(code: str) -> str:
    """The code of `python -c`, without what pydevd puts before it."""
    _, found, rest = code.partition("; pydevd.settrace(")
    if not found:
        return code
    setup = rest.partition("__setup_holder__=")[2]
    return setup.partition("); " if setup.startswith("None") else "}); ")[2]
