"""`python -m loopscope run`: start a program as `python` would, recorded.

The process becomes (`exec`) a plain `python SCRIPT ARGS…` whose `site` starts the recorder through the
`inject` folder. So `sys.path`, `__main__`, tracebacks, stack dumps, recursion depth, signals and the exit
status are Python's own: there is nothing to imitate. The environment is put back before the program sees it.
"""

import sys
from typing import List, NamedTuple, NoReturn, Optional, Tuple

from . import _levels
from ._sampler import threshold_ms

USAGE = (
    "usage: python -m loopscope run [-o PATH] [--level LEVEL] [--block-threshold MS] [--children]"
    " [--verbose] (SCRIPT | -m MODULE) [ARGS...]"
)
HELP = f"""{USAGE}

Run a Python program and record what its asyncio event loops do.

  -o PATH, --output PATH  the trace's file, or a directory for it: one that exists, or a path that ends in /
                          (default: <script>-<date>-<time>-<pid>.looptrace in the working directory)
  --level LEVEL           timeline (the default), or tasks: without what locks and queues hold, timers, connections
                          and subprocesses, for less
  --block-threshold MS    sample the stack of a loop that is blocked for longer (default: 50; 0 = never)
  --children              record the Python processes that it starts as well, each to a file of its own beside PATH
  --verbose               say on stderr where the trace is written
  --version               print the recorder's version

python -m loopscope attach PID [-o PATH] [--interrupt] records a program that already runs, on CPython 3.14 and newer.

python -m loopscope look PID -o FILE writes what the tasks of an unrecorded program wait for, on CPython 3.14 and newer.

python -m loopscope build-accelerator compiles the recorder's hot paths for this interpreter, where it was not installed
with them; LOOPSCOPE_ACCELERATOR=0 records without them.
"""


class BadUse(Exception):
    """The command line makes no sense; the text says why."""


def main() -> None:
    if sys.argv[1:2] == ["build-accelerator"]:
        from . import _build

        sys.exit(_build.command(sys.argv[2:]))
    if sys.argv[1:2] == ["look"]:
        from . import _look

        sys.exit(_look.command(sys.argv[2:]))
    if sys.argv[1:2] == ["attach"]:
        from . import _attach

        sys.exit(_attach.command(sys.argv[2:]))
    try:
        request, program = parse(sys.argv[1:])
    except BadUse as error:
        sys.stderr.write(f"loopscope: {error} ({USAGE})\n")
        sys.exit(2)
    start_program(request, program)


class Request(NamedTuple):
    """How to record."""

    output: Optional[str]
    verbose: bool
    block_ms: Optional[float]
    children: bool = False
    level: Optional[str] = None


def parse(argv: List[str]) -> Tuple[Request, List[str]]:
    """The options, and the program's part of a python command line."""
    if argv[:1] in (["--version"], ["-V"]):
        from . import __version__

        print(f"loopscope {__version__}")
        sys.exit(0)
    if argv[:1] in (["--help"], ["-h"]):
        print(HELP, end="")
        sys.exit(0)
    if argv[:1] != ["run"]:
        raise BadUse("the command is missing" if not argv else f"unknown command {argv[0]!r}")
    output: Optional[str] = None
    verbose = children = False
    block_ms: Optional[float] = None
    level: Optional[str] = None
    index = 1
    while index < len(argv):
        option = argv[index]
        if option in ("-o", "--output"):
            index += 1
            if index == len(argv):
                raise BadUse(f"{option} needs a path")
            output = argv[index]
        elif option.startswith("--output="):
            output = option[len("--output=") :]
        elif option.startswith("-o") and len(option) > 2:
            output = option[2:]
        elif option.partition("=")[0] in ("--block-threshold", "--level"):
            name, given, text = option.partition("=")
            if not given:
                index += 1
                text = argv[index] if index < len(argv) else ""
            if name == "--level":
                level = _levels.known(text)
                if level is None:
                    raise BadUse(f"--level needs one of {', '.join(_levels.UNRECORDED)}")
                index += 1
                continue
            block_ms = threshold_ms(text)
            if block_ms is None:
                raise BadUse("--block-threshold needs a number of milliseconds")
        elif option == "--verbose":
            verbose = True
        elif option == "--children":
            children = True
        elif option in ("--help", "-h"):
            print(HELP, end="")
            sys.exit(0)
        elif option == "--":
            index += 1
            break
        elif option.startswith("-") and option != "-" and not option.startswith("-m"):
            raise BadUse(f"unknown option {option!r}")
        else:
            break
        index += 1
    program = argv[index:]
    if not program:
        raise BadUse("which script or module to run is missing")
    if program == ["-m"]:
        raise BadUse("-m needs the name of a module")
    return Request(output, verbose, block_ms, children, level), program


def start_program(request: Request, program: List[str]) -> NoReturn:
    from . import _inprocess, _reexec

    if _reexec.possible():
        _reexec.run(request, program)
    _inprocess.run(request, program)
