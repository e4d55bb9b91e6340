"""Where a process says that it is recorded, and how to ask it: docs/control-channel.md is the contract.

A folder of the user's own, in it a file for each process that names its socket and the token to show.
"""

import json
import os
import stat
import time
from typing import Any, Dict, Iterator, Optional

from ._command import Program
from ._lineage import lineage, started

VERSION = 1
# As they are, whatever a program's tests put in their place.
_open, _write, _close, _rename, _unlink = os.open, os.write, os.close, os.rename, os.unlink


def folders() -> Iterator[str]:
    """The folders that may hold the entry, best first."""
    user = f"loopscope-{os.getuid()}"
    session = os.environ.get("XDG_RUNTIME_DIR", "")
    if os.path.isabs(session):
        yield os.path.join(session, "loopscope")
    temporary = os.environ.get("TMPDIR", "")
    if os.path.isabs(temporary):
        yield os.path.join(temporary, user)
    if temporary.rstrip("/") != "/tmp":
        yield os.path.join("/tmp", user)


def make_own(folder: str) -> None:
    """Make the folder, or see that it is this user's alone. Raises OSError."""
    try:
        os.mkdir(folder, 0o700)
    except FileExistsError:
        pass
    status = os.lstat(folder)
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid() or stat.S_IMODE(status.st_mode) != 0o700:
        raise PermissionError(f"{folder} is not a folder of this user's alone, of mode 0700")


def describe(program: Program, cwd: str) -> Dict[str, Any]:
    """What an entry says of this process from its start to its end."""
    return {
        "version": VERSION,
        **lineage(),
        "namespace": namespace(),
        "wallClockNs": str(time.time_ns()),
        "name": program.name,
        "argv": program.argv,
        "cwd": cwd,
        "token": os.urandom(16).hex(),
    }


def namespace() -> Optional[str]:
    try:
        return os.readlink("/proc/self/ns/pid")
    except OSError:
        return None


def write(path: str, entry: Dict[str, Any]) -> None:
    """Whole or not at all. Raises OSError."""
    part = f"{path}.part"
    fd = _open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0), 0o600)
    try:
        view = memoryview(json.dumps(entry).encode())
        while view:
            view = view[_write(fd, view) :]
    finally:
        _close(fd)
    _rename(part, path)


def remove(path: str) -> None:
    """The entry, its socket, and what was not finished of it."""
    for name in (path, f"{path[: -len('.json')]}.sock", f"{path}.part"):
        try:
            _unlink(name)
        except OSError:
            pass


def sweep(folder: str) -> None:
    """Delete what processes left that are gone."""
    here = namespace()
    for name in os.listdir(folder):
        if not name.endswith(".json"):
            continue
        path = os.path.join(folder, name)
        try:
            with open(path, "rb") as file:
                entry = json.load(file)
            pid = entry["pid"]
            if entry["version"] == VERSION and entry["namespace"] == here and _is_gone(pid, entry["started"]):
                remove(path)
        except (OSError, ValueError, TypeError, LookupError):
            continue


def _is_gone(pid: int, began: Optional[str]) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except OSError:
        pass
    now = started(pid)
    return began is not None and now is not None and now != began
