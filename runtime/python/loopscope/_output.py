"""The trace file: where it goes, and writing to it without disturbing the program's descriptors."""

import errno
import os
import stat
import time
from typing import Optional

HIGH_FD = 200  # programs expect the low numbers to be theirs
SUFFIX = ".looptrace"
_fstat, _write = os.fstat, os.write  # as they are, whatever a program's tests put in their place


def trace_path(spec: Optional[str], stem: str, pid: int) -> str:
    """Where a trace goes: `spec` is a file, an existing directory (or ends in a separator), or None."""
    name = f"{stem}-{time.strftime('%Y%m%d-%H%M%S')}-{pid}{SUFFIX}"
    if not spec:
        return os.path.abspath(name)
    spec = os.path.abspath(spec) + (os.sep if spec.endswith(os.sep) else "")
    return os.path.join(spec, name) if spec.endswith(os.sep) or os.path.isdir(spec) else spec


def further_path(path: str, pid: int) -> str:
    """The name for another process that was told the same file."""
    root, extension = os.path.splitext(path)
    return f"{root}-{pid}{extension or SUFFIX}"


class Output:
    """An append-only file. Raises OSError when the file is gone or cannot be written."""

    def __init__(self, path: str, replace: bool) -> None:
        """With `replace` an older file of that name makes place; without, its being there is an error. The folder is
        made if it is missing."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
        self.path = path
        self._sent = 0
        flags |= os.O_TRUNC if replace else os.O_EXCL
        try:
            self._fd = os.open(path, flags, 0o666)
        except FileNotFoundError:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            self._fd = os.open(path, flags, 0o666)
        try:
            self._fd = high(self._fd)
            status = _fstat(self._fd)
        except BaseException:
            self.discard()
            raise
        self._identity = (status.st_dev, status.st_ino)

    def write(self, data: bytes, at: int = 0) -> None:
        """Write what the file lacks of `data`, which begins at its length `at`: an interrupted call's may be there."""
        status = _fstat(self._fd)
        if (status.st_dev, status.st_ino) != self._identity:
            # The program closed all descriptors, as daemons do, and this number is now a file of its own.
            raise OSError(errno.EBADF, "the program closed the trace's file")
        if status.st_nlink == 0:
            raise OSError(errno.ENOENT, "the trace's file was deleted")
        there = self._length_of(status) - at
        view = memoryview(data)[max(there, 0) :]
        while view:
            written = _write(self._fd, view)
            self._sent += written
            view = view[written:]

    def length(self) -> int:
        """How many bytes are in the file."""
        return self._length_of(_fstat(self._fd))

    def _length_of(self, status: os.stat_result) -> int:
        # A pipe or a device has none that the system knows.
        return status.st_size if stat.S_ISREG(status.st_mode) else self._sent

    def discard(self) -> None:
        """Close a file into which nothing has been written, and remove it, if it is one and not a device."""
        try:
            status = _fstat(self._fd)
            os.close(self._fd)
            if stat.S_ISREG(status.st_mode) and status.st_size == 0:
                os.unlink(self.path)
        except OSError:
            pass

    def close(self) -> None:
        try:
            status = _fstat(self._fd)
            if (status.st_dev, status.st_ino) == self._identity:
                fd, self._fd = self._fd, -1  # a call that this one interrupts must not write into what gets the number
                os.close(fd)
        except OSError:
            pass


def high(fd: int) -> int:
    try:
        import fcntl

        high = fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, HIGH_FD)
    except (ImportError, OSError):  # Windows; or a low limit of descriptors
        return fd
    os.close(fd)
    return high
