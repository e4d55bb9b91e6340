"""How long the loops' threads stood ready and got no processor, where the system counts that (Linux).

What a busy machine did to a program is else taken for what the program did: a step whose thread was not run looks
like one that held the loop. A loop's thread opens its count once, when it first runs a loop, so that no descriptor
with a low number comes and goes beside the program's own; the helper reads it: 9 µs each time.
"""

import os
import threading
from time import perf_counter_ns
from typing import TYPE_CHECKING, Dict, Optional, Tuple

from . import _schema as schema
from ._format import AUX_MAX, U32_MAX
from ._output import high

if TYPE_CHECKING:
    from ._recorder import Recorder

_open, _close, _fstat = os.open, os.close, os.fstat  # as they are, whatever a program's tests put in their place
_pread, _flags = getattr(os, "pread", None), os.O_RDONLY | getattr(os, "O_CLOEXEC", 0)
LEAST_US = 1000  # less is not worth a record
MAX_THREADS = 16  # the helper reads no more than so many


class Count:
    """What the system counts of one thread. Raises OSError or ValueError when it cannot be read (any more)."""

    __slots__ = ("_fd", "_identity", "looked_ns", "waited_us")

    def __init__(self) -> None:
        """Of the calling thread."""
        path = f"/proc/self/task/{threading.get_native_id()}/schedstat"
        self._fd = _open(path, _flags)
        try:
            self._fd = high(self._fd)
            self._identity = self._file()
            self.looked_ns, self.waited_us = perf_counter_ns(), self.read()
        except BaseException:
            _close(self._fd)
            raise

    def read(self) -> int:
        """For how many µs it has waited, in waits that ended."""
        if self._file() != self._identity:
            raise ValueError("the program closed the descriptor")
        assert _pread is not None
        return int(_pread(self._fd, 64, 0).split()[1]) // 1000

    def close(self) -> None:
        try:
            if self._file() == self._identity:
                _close(self._fd)
        except Exception:  # it is closed also where the recording ends by a fault
            pass

    def _file(self) -> Tuple[int, int]:
        status = _fstat(self._fd)
        return status.st_dev, status.st_ino


class Processor:
    """The counts of one trace's threads, by stream; None where there is none."""

    def __init__(self, recorder: "Recorder") -> None:
        self._recorder = recorder
        self._counts: Dict[int, Optional[Count]] = {}

    def follow(self, stream: int) -> None:
        """In a stream's own thread, which runs a loop: count from here on."""
        if _pread is None or stream in self._counts or len(self._counts) >= MAX_THREADS:
            return
        try:
            count: Optional[Count] = Count()
        except (OSError, ValueError, IndexError):  # no /proc, or not counted there
            count = None
        self._counts[stream] = count
        if count is not None:
            self._recorder.stream().extend((schema.EV_PROCESSOR_WAIT, count.looked_ns, stream, 0))

    def look(self) -> None:
        """In the helper's thread: record how long each has waited since the last time, if it has."""
        for stream, count in list(self._counts.items()):
            if count is None:
                continue
            now = perf_counter_ns()
            try:
                waited_us = count.read()
            except (OSError, ValueError, IndexError):
                count.close()
                del self._counts[stream]  # the thread is gone; a stream's number is never given to another
                continue
            since_us, more_us = (now - count.looked_ns) // 1000, waited_us - count.waited_us
            count.looked_ns, count.waited_us = now, waited_us
            if more_us >= LEAST_US:
                word = schema.EV_PROCESSOR_WAIT | min(since_us, AUX_MAX) << 8
                self._recorder.helper_stream().extend((word, now, stream, min(more_us, U32_MAX)))

    def close(self) -> None:
        counts, self._counts = self._counts, {}
        for count in counts.values():
            if count is not None:
                count.close()
