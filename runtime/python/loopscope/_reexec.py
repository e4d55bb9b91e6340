"""Becoming the recorded program, and what the new interpreter does first.

The request travels in one environment variable, which the new interpreter removes again together with the
`inject` folder on its path: neither the program nor its children see a trace of either.
"""

import json
import os
import sys
from typing import TYPE_CHECKING, Any, Dict, List, NoReturn, Optional

from . import _levels

if TYPE_CHECKING:
    from ._cli import Request

REQUEST = "LOOPSCOPE_RUN"
INJECT = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "inject")


def possible() -> bool:
    """Not on Windows, whose `exec` makes another process; not when the new interpreter would skip `inject`; not
    under a debugger or a tracer, which would lose sight of the program.
    """
    flags = sys.flags
    return (
        os.name == "posix"
        and bool(sys.executable)
        and os.path.isfile(os.path.join(INJECT, "sitecustomize.py"))
        and not (flags.isolated or flags.ignore_environment or flags.no_site)
        and sys.gettrace() is None
        and sys.getprofile() is None
        and "pydevd" not in sys.modules
    )


def run(options: "Request", program: List[str]) -> NoReturn:
    before = os.environ.get("PYTHONPATH")
    argv = program[1:] if program[0] == "-m" else program
    if program[0].startswith("-m"):
        module = program[0][2:]
        argv = ["-m", module, *program[1:]] if module else program
    request: Dict[str, Any] = dict(options._asdict(), argv=argv, path=before)
    os.environ[REQUEST] = json.dumps(request)
    os.environ["PYTHONPATH"] = INJECT + (os.pathsep + before if before else "")
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(sys.executable, [sys.executable, *interpreter_options(), *program])


def interpreter_options() -> List[str]:
    """The options that this interpreter was started with, before `-m loopscope`."""
    original = getattr(sys, "orig_argv", None)
    if original:
        for index, argument in enumerate(original[1:], 1):
            if argument == "-m" or argument.startswith("-m"):
                return list(original[1:index])
    import subprocess

    return list(subprocess._args_from_interpreter_flags())  # type: ignore[attr-defined]


def accept() -> Optional[Dict[str, Any]]:
    """In the new interpreter: the request, if there is one, with the environment and the path put back."""
    text = os.environ.pop(REQUEST, None)
    if text is None:
        return None
    request: Dict[str, Any] = json.loads(text)
    if request["children"]:
        also_children(request["output"], request["block_ms"], request["level"], request["path"])
    elif request["path"] is None:
        os.environ.pop("PYTHONPATH", None)
    else:
        os.environ["PYTHONPATH"] = request["path"]
    return request


def also_children(output: Optional[str], block_ms: Optional[float], level: Optional[str], path: Optional[str]) -> None:
    """From here on every Python process with this environment is recorded. `path`: the plain PYTHONPATH."""
    os.environ["LOOPSCOPE"] = os.path.abspath(output) + (os.sep if output.endswith(os.sep) else "") if output else "1"
    os.environ["PYTHONPATH"] = INJECT + (os.pathsep + path if path else "")
    if block_ms is not None:
        os.environ["LOOPSCOPE_BLOCK_THRESHOLD"] = str(block_ms)
    if level is not None:
        os.environ[_levels.VARIABLE] = level
