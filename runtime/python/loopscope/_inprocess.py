"""Running the program inside this process, where becoming it is not possible (`_reexec.possible`)."""

import os
import sys
from typing import TYPE_CHECKING, Any, List, NoReturn

from . import _command, _process, _reexec

if TYPE_CHECKING:
    from ._cli import Request


def run(options: "Request", program: List[str]) -> NoReturn:
    import runpy

    module = None
    if program[0].startswith("-m"):
        module = program[0][2:] or program[1]
        arguments = program[1:] if program[0][2:] else program[2:]
        shown = ["-m", module, *arguments]
    else:
        arguments = program[1:]
        shown = program
    path = _process.start(options.output, _command.Program(shown), True, options.block_ms, options.level)
    if options.children:
        _reexec.also_children(options.output, options.block_ms, options.level, os.environ.get("PYTHONPATH"))
    if options.verbose and path:
        sys.stderr.write(f"loopscope: recording to {path}\n")
    sys.argv[:] = [shown[0] if module is None else "-m", *arguments]
    safe = getattr(sys.flags, "safe_path", False) or sys.flags.isolated
    script = program[0]
    package = module is None and (os.path.isdir(script) or (not script.endswith(".py") and _is_archive(script)))
    if package:
        sys.path[0:0] = [script]
    elif not safe:
        sys.path[0] = os.getcwd() if module is not None else os.path.dirname(os.path.realpath(script))
    try:
        if module is not None or package:
            runpy._run_module_as_main(module or "__main__", module is not None)  # type: ignore[attr-defined]
        else:
            _run_script(script)
    except SystemExit:
        raise
    except BaseException:
        _hide_own_frames()
        raise
    sys.exit(0)


def _run_script(script: str) -> None:
    shown = os.path.abspath(script) if sys.version_info >= (3, 9) else script
    try:
        with open(script, "rb") as file:
            source = file.read()
    except OSError as error:
        sys.stderr.write(f"{sys.executable}: can't open file {shown!r}: [Errno {error.errno}] {error.strerror}\n")
        sys.exit(2)
    main = type(sys)("__main__")
    main.__dict__.update(__file__=shown, __builtins__=__builtins__, __cached__=None)
    sys.modules["__main__"] = main
    exec(compile(source, shown, "exec"), main.__dict__)


def _is_archive(path: str) -> bool:
    import zipfile

    return zipfile.is_zipfile(path)


def _hide_own_frames() -> None:
    """Have the uncaught exception reported as if the program's frame, or runpy's, were the outermost one."""
    report = sys.excepthook

    def excepthook(kind: Any, error: Any, traceback: Any) -> None:
        sys.excepthook = report
        entry = traceback
        while entry is not None:
            if _is_own(entry.tb_frame.f_code.co_filename):
                traceback = entry.tb_next
            entry = entry.tb_next
        if error is not None:
            error.__traceback__ = traceback
        sys.last_traceback = traceback
        report(kind, error, traceback)

    sys.excepthook = excepthook


def _is_own(file: str) -> bool:
    return os.path.abspath(file) == os.path.abspath(__file__)
