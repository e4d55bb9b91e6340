"""The helper thread: every 25 ms it writes what has gathered, samples a loop that is blocked, and answers who asks.

A thread below `threading`'s notice: not in `threading.enumerate()`, waited for by nobody, and really gone
before a fork, since a forked child warns about (and may trip over) threads that it does not have.
"""

import os
import threading
from _thread import allocate_lock, start_new_thread
from operator import setitem
from time import perf_counter
from typing import TYPE_CHECKING, Callable, Dict

from ._sampler import Sampler
from ._uninterrupted import Turns, do

if TYPE_CHECKING:
    from ._recorder import Recorder

PERIOD_S = 0.025
STOP_LIMIT_S = 1.0


class Life:
    """Of the thread, from its start to its end."""

    def __init__(self) -> None:
        self.stop = allocate_lock()  # until it is to end
        self.ended = allocate_lock()  # until it has
        self.stop.acquire()
        self.ended.acquire()
        self.native_id = 0
        self.told = False  # to end

    def goes_on(self) -> bool:
        return not self.told and self.ended.locked()

    def end(self) -> None:
        self.told = True
        if self.stop.locked():
            try:
                self.stop.release()
            except RuntimeError:  # a signal's handler did
                pass


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
        self._lives: Dict[int, Life] = {}  # of threads that have not been seen to end, by their ident
        self._turns = Turns()

    def record(self, recorder: "Recorder") -> None:
        """Write this trace from here on."""
        self._recorder = recorder
        self.sampler = Sampler(recorder, self._block_ms)

    def start(self, without_a_trace: bool = False) -> None:
        if self.is_running() or (self._recorder.output is None and not without_a_trace):
            return
        turn = self._turns.take()
        if turn is None:  # another thread starts it, or the very call that a signal interrupts
            return
        try:
            if not self.is_running():
                life = Life()
                # No Ctrl-C between its start and the knowledge of it.
                do(map(setitem, (self._lives,), map(start_new_thread, (self._run,), ((life,),)), (life,)))
        except RuntimeError:  # no more threads; polls and full buffers still write
            pass
        finally:
            turn.over()

    def is_running(self) -> bool:
        return any(life.goes_on() for life in tuple(self._lives.values()))

    def stop(self) -> None:
        """Returns when the thread is gone from the process, or after a second."""
        for ident, life in tuple(self._lives.items()):
            life.end()
            if life.ended.acquire(True, STOP_LIMIT_S):
                # The lock says that its Python code ended; the system's thread lives a moment longer.
                entry = f"/proc/self/task/{life.native_id}"
                limit = perf_counter() + STOP_LIMIT_S
                while os.path.exists(entry) and perf_counter() < limit:
                    pass
            self._lives.pop(ident, None)

    def _run(self, life: Life) -> None:
        life.native_id = threading.get_native_id() if hasattr(threading, "get_native_id") else 0
        try:
            wait_s = PERIOD_S
            while not life.stop.acquire(True, wait_s):
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
            life.ended.release()
