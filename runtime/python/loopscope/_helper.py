"""The helper thread: every 25 ms it writes what has gathered, samples a loop that is blocked, and answers who asks.

A thread below `threading`'s notice: not in `threading.enumerate()`, waited for by nobody, and really gone
before a fork, since a forked child warns about (and may trip over) threads that it does not have.
"""

import os
import threading
from _thread import allocate_lock, start_new_thread
from time import perf_counter
from typing import TYPE_CHECKING, Callable

from ._sampler import Sampler

if TYPE_CHECKING:
    from ._recorder import Recorder

PERIOD_S = 0.025
STOP_LIMIT_S = 1.0


class Helper:
    def __init__(
        self, recorder: "Recorder", block_ms: float, on_tick: Callable[[], None], serve: Callable[[], bool]
    ) -> None:
        """`block_ms`: how long a step or callback holds the loop before its stack is sampled; 0 = never.

        `on_tick` is called after each look, and `serve`: whether to go on where nothing is recorded any more.
        """
        self._on_tick = on_tick
        self._serve = serve
        self._block_ms = block_ms
        self.record(recorder)
        self._stop = allocate_lock()
        self._ended = allocate_lock()
        self._native_id = 0
        self.running = False

    def record(self, recorder: "Recorder") -> None:
        """Write this trace from here on."""
        self._recorder = recorder
        self.sampler = Sampler(recorder, self._block_ms)

    def start(self, without_a_trace: bool = False) -> None:
        if self.running or (self._recorder.output is None and not without_a_trace):
            return
        self._stop = allocate_lock()
        self._ended = allocate_lock()
        self._stop.acquire()
        self._ended.acquire()
        try:
            start_new_thread(self._run, (self._stop, self._ended))
        except RuntimeError:  # no more threads; polls and full buffers still write
            return
        self.running = True

    def is_running(self) -> bool:
        return self.running

    def stop(self) -> None:
        """Returns when the thread is gone from the process, or after a second."""
        if not self.running:
            return
        self.running = False
        self._stop.release()
        if not self._ended.acquire(True, STOP_LIMIT_S):
            return
        # The lock says that its Python code ended; the system's thread lives a moment longer.
        entry = f"/proc/self/task/{self._native_id}"
        limit = perf_counter() + STOP_LIMIT_S
        while os.path.exists(entry) and perf_counter() < limit:
            pass

    def forget(self) -> None:
        """In a forked child, where the thread does not exist."""
        self.running = False

    def _run(self, stop: "threading.Lock", ended: "threading.Lock") -> None:
        self._native_id = threading.get_native_id() if hasattr(threading, "get_native_id") else 0
        try:
            wait_s = PERIOD_S
            while not stop.acquire(True, wait_s):
                wait_s = PERIOD_S
                if self._recorder.output is not None:
                    wait_s = self.sampler.look()
                    self._recorder.tick()
                    self._on_tick()
                if not self._serve() and self._recorder.output is None:
                    return
        except Exception:
            self._recorder.broke()
            try:
                self._serve()  # for the last time
            except Exception:  # it was that which failed
                pass
        finally:
            ended.release()
