"""Which process this is and which it came from: by number and start, for numbers are given again."""

import os
from typing import Any, Dict, List, Optional, Tuple

MOST = 16  # a recorder that is asked how it came about does not walk for ever
_here: Dict[str, Any] = {}


def lineage() -> Dict[str, Any]:
    """`pid`, when it `started`, and the `ancestors` that live, each with both: the nearest first."""
    global _here
    pid = os.getpid()
    if _here.get("pid") != pid:
        if _here:
            # Forked: what it came from is known, and may have ended by now.
            ancestors = [{"pid": _here["pid"], "started": _here["started"]}, *_here["ancestors"]][:MOST]
        else:
            ancestors = _ancestors(pid)
        _here = {"pid": pid, "started": started(pid), "ancestors": ancestors}
    return _here


def started(pid: int) -> Optional[str]:
    """When a process started, as the system counts; None when there is none, or it does not tell."""
    return _status(pid)[1]


def _ancestors(pid: int) -> List[Dict[str, Any]]:
    found: List[Dict[str, Any]] = []
    parent = os.getppid()
    while parent > 0 and len(found) < MOST:
        above, began = _status(parent)
        found.append({"pid": parent, "started": began})
        parent = above
    return found


def _status(pid: int) -> Tuple[int, Optional[str]]:
    """A process's parent, 0 = not known, and when it started."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            line = file.read()
        # The second field is the command in brackets, which may hold anything; these are the 4th and the 22nd.
        fields = line[line.rindex(b")") + 2 :].split()
        return int(fields[1]), fields[19].decode()
    except (OSError, ValueError, IndexError):
        return 0, None
