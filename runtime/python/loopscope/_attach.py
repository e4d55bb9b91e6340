"""`python -m loopscope attach PID`: record a program that already runs, by `sys.remote_exec` of CPython 3.14."""

import json
import os
import shlex
import shutil
import signal
import sys
import tempfile
import time
from typing import Any, Dict, List, Optional

USAGE = "usage: python -m loopscope attach PID [-o PATH] [--interrupt]"
TAKEN_S = 5.0
LOOK_S = 0.02
_RUNTIME = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SCRIPT = """\
import sys
sys.path.insert(0, {runtime!r})
try:
    from loopscope import _attached
finally:
    sys.path.remove({runtime!r})
_attached.begin({output!r}, {report!r})
"""


class Refused(Exception):
    """It cannot be done; the text says why, and what would do."""


def command(arguments: List[str]) -> int:
    """The exit status: 0, or 2 with one sentence on stderr."""
    try:
        pid, output, interrupt = _parse(arguments)
        print(attach(pid, output, interrupt))
    except Refused as refused:
        sys.stderr.write(f"loopscope: {refused}\n")
        return 2
    return 0


def _parse(arguments: List[str]) -> "tuple[int, Optional[str], bool]":
    output: Optional[str] = None
    interrupt = False
    pids: List[str] = []
    rest = iter(arguments)
    for argument in rest:
        if argument in ("-o", "--output"):
            output = next(rest, None)
            if output is None:
                raise Refused(f"{argument} needs a path ({USAGE})")
        elif argument == "--interrupt":
            interrupt = True
        else:
            pids.append(argument)
    if len(pids) != 1 or not pids[0].isdigit():
        raise Refused(USAGE)
    if output is not None:
        output = os.path.abspath(output) + (os.sep if output.endswith(os.sep) else "")
    return int(pids[0]), output, interrupt


def attach(pid: int, output: Optional[str], interrupt: bool) -> str:
    """Have process `pid` record itself. The sentence that says so. Raises Refused."""
    remote_exec: Any = getattr(sys, "remote_exec", None)
    if remote_exec is None:
        version = "{}.{}".format(*sys.version_info[:2])
        raise Refused(
            f"CPython {version} cannot be recorded while it runs: it takes 3.14 or newer. Start the program again with "
            "`python -m loopscope run` or LOOPSCOPE=1; under debugpy, the editor shows its tasks without a recording."
        )
    folder = tempfile.mkdtemp(prefix="loopscope-attach-")
    report = os.path.join(folder, "report")
    script = os.path.join(folder, "attach.py")
    with open(script, "w", encoding="utf-8") as file:
        file.write(SCRIPT.format(runtime=_RUNTIME, output=output, report=report))
    try:
        _hand_over(pid, folder, script)
        remote_exec(pid, script)
    except Exception as error:
        shutil.rmtree(folder)
        where = ["-o", output] if output else []
        raise Refused(refusal(pid, error, ["attach", str(pid), *where])) from None
    answer = _report(pid, report, interrupt)
    if answer is None:
        # The request stays, and so does its script.
        raise Refused(
            f"Process {pid} has not begun to record: its main thread waits in a system call, or computes in C code. "
            "It will, as soon as it runs Python code again. `--interrupt` has it leave a system call such as that of "
            "an idle event loop, by SIGSTOP and SIGCONT."
        )
    shutil.rmtree(folder)
    if "error" in answer:
        raise Refused(f"Process {pid} is not recorded: {answer['error']}.")
    loops = "no event loop runs yet" if answer["loops"] == 0 else f"event loops that run: {answer['loops']}"
    return f"Process {pid} records to {answer['trace']} ({loops}). `loopscope tree {pid}` shows what it does."


def _hand_over(pid: int, folder: str, script: str) -> None:
    """The process reads and writes there: as the superuser, make it that of the process's user."""
    owner = os.stat(f"/proc/{pid}").st_uid if os.path.isdir("/proc/self") else os.getuid()
    if owner != os.getuid() and os.geteuid() == 0:
        os.chown(folder, owner, -1)
        os.chown(script, owner, -1)


def _report(pid: int, report: str, interrupt: bool) -> Optional[Dict[str, Any]]:
    limit = time.monotonic() + TAKEN_S
    interrupt_at = time.monotonic() + TAKEN_S / 10
    while time.monotonic() < limit:
        if os.path.exists(report):
            with open(report, encoding="utf-8") as file:
                return json.load(file)  # type: ignore[no-any-return]
        if interrupt and time.monotonic() > interrupt_at:
            # A wait in the system ends when the process was stopped and goes on, and then Python looks at its requests.
            os.kill(pid, signal.SIGSTOP)
            os.kill(pid, signal.SIGCONT)
            interrupt_at = limit
        time.sleep(LOOK_S)
    return None


def refusal(pid: int, error: Exception, arguments: List[str]) -> str:
    """Why another process could not be reached, and what would do; `arguments` are this command's."""
    if isinstance(error, (ProcessLookupError, FileNotFoundError)) or not _exists(pid):
        return f"There is no process {pid}."
    if "AsyncioDebug" in str(error):  # the name of what `_asyncio` holds for readers
        return f"Process {pid} has not loaded asyncio: it has no tasks yet, or is no asyncio program."
    if not isinstance(error, PermissionError):
        return (
            f"Process {pid} cannot be reached: {error}. It has to run CPython 3.{sys.version_info[1]}, "
            "as this one does, with remote debugging on. An older one is started again with `python -m loopscope run`."
        )
    again = ["sudo", "env", f"PYTHONPATH={_RUNTIME}", sys.executable, "-m", "loopscope", *arguments]
    return f"Process {pid} may not be traced: {_permission(pid)}. For once: {shlex.join(again)}"


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        pass
    return True


def _permission(pid: int) -> str:
    try:
        if os.stat(f"/proc/{pid}").st_uid != os.getuid():
            return "it is another user's, and that takes CAP_SYS_PTRACE"
        with open("/proc/sys/kernel/yama/ptrace_scope", encoding="ascii") as file:
            scope = int(file.read())
    except (OSError, ValueError):
        return "it takes the same user, or CAP_SYS_PTRACE"
    if scope == 0:
        return "it takes CAP_SYS_PTRACE"
    return f"kernel.yama.ptrace_scope is {scope}, and without CAP_SYS_PTRACE it takes 0"
