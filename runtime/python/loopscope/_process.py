"""The recording of this process from its start to its end, through forks."""

import atexit
import os
import signal
import sys
from _thread import interrupt_main
from typing import Any, Callable, Optional, Sequence

from . import _levels
from ._answers import Answers
from ._command import Program, stem
from ._control import Control, about
from ._helper import Helper
from ._imports import when_imported
from ._interpreters import is_subinterpreter
from ._multiprocessing import before_it_ends, name_in_fork
from ._output import Output, further_path, trace_path
from ._recorder import Recorder, complain
from ._sampler import DEFAULT_MS, threshold_ms

TRIES = 3


class _Process:
    """Module state in one place. `recorder` is None when nothing is recorded."""

    recorder: Optional[Recorder] = None
    helper: Optional[Helper] = None
    hooked = False
    helped = False  # the helper ran before a fork
    control: Optional[Control] = None
    block_ms = DEFAULT_MS
    level = _levels.DEFAULT
    resting: Sequence[Any] = ()  # the ready queues (weakly) of the trace that ended, for the next one

    @staticmethod
    def on_tick() -> None:
        """Called by the helper now and then; a further trace can bring its own."""


_process = _Process()


def start(
    spec: Optional[str],
    program: Program,
    replace: bool,
    block_ms: Optional[float] = None,
    level: Optional[str] = None,
) -> Optional[str]:
    """Record this process. Returns the trace's path, or None when that failed (said on stderr once).

    None also where it is recorded already, and in a subinterpreter.

    `spec`: a file, a directory, or None for a file in the working directory named after `program`.
    `replace`: an older file makes place; else a file that exists means this trace's name gets the pid.
    `block_ms`: how long a step holds the loop before it is sampled, None = as the environment says, or 50.
    `level`: how much is recorded (`_levels`), None = as the environment says, or all.
    """
    if _process.recorder is not None or is_subinterpreter():
        return None
    try:
        _process.level = level or _levels.of_environment()
        path = trace_path(spec, stem(program.argv), os.getpid())
        _process.recorder = _record_to(lambda: _open(path, replace), program)
    except Exception as error:
        complain(error, "did not start")
        return None
    _process.block_ms = block_ms if block_ms is not None else _block_ms()
    answers = Answers(_current, lambda: _process.helper.sampler, _end_as_asked, _begin_as_asked)  # type: ignore
    _process.control = Control(os.environ.get("LOOPSCOPE_CONTROL", ""), about(), answers)
    _help(_process.recorder)
    atexit.register(at_exit)
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(before=_before_fork, after_in_parent=_in_parent, after_in_child=_in_child)
    _when_asyncio_is_there()
    return _process.recorder.path


def _guarded(function: Callable[..., None]) -> Callable[..., None]:
    """For what Python calls: a fault of the recorder's ends the recording, with its one sentence."""

    def call(*arguments: Any) -> None:
        try:
            function(*arguments)
        except Exception as error:
            if _process.recorder is not None:
                _process.recorder.broke(error)

    return call


def _heard_later(function: Callable[[], None]) -> Callable[[], None]:
    """For what Python calls and drops the exceptions of: what a signal's handler raises there is none of ours. It is
    done again, and Ctrl-C comes once more when Python is back in the program."""

    def call() -> None:
        again = False
        for _ in range(TRIES):
            try:
                function()
                break
            except KeyboardInterrupt:
                again = signal.getsignal(signal.SIGINT) is signal.default_int_handler
            except BaseException:  # of a handler of the program's, which would only be printed
                pass
        if again:
            interrupt_main()

    return call


@_guarded
def stop(reason: str = "stopped") -> None:
    """End the trace in good order, and with it the control channel."""
    if _process.helper is not None and _process.control is not None:
        _process.helper.stop()
        _process.control.close()
        _end(reason)


def at_exit() -> None:
    """Without the recorder a signal that comes now would find no Python that runs."""
    for _ in range(TRIES):
        try:
            stop("exit")
            break
        except BaseException:
            pass


def _end(reason: str) -> None:
    recorder = _current()
    _process.resting = recorder.queues or _process.resting
    recorder.close(reason)


def _current() -> Recorder:
    assert _process.recorder is not None
    return _process.recorder


def recording() -> bool:
    """Whether this process has been recorded, by whomever."""
    return _process.recorder is not None


def renew(path: str, on_tick: Callable[[], None]) -> bool:
    """End the trace, unless it has ended, and begin another one in the same process; `path` is replaced.

    Loops that there are belong to the new trace as soon as they run. `on_tick` is called now and then, in a thread of
    the recorder's own, once a loop is recorded. False when the file cannot be written (said on stderr).
    """
    before = _process.recorder
    if before is None:
        return False
    if _process.helper is not None:
        _process.helper.stop()
    _end("stopped")
    _process.on_tick = on_tick  # type: ignore[method-assign]
    try:
        recorder = _record_to(lambda: Output(path, True), before.program)
        _go_on(recorder, _process.resting)
    except Exception as error:
        complain(error)
        return False
    return True


def _record_to(open_output: Callable[[], Output], program: Program) -> Recorder:
    """A trace that has not got its header is none, and goes away again."""
    output = open_output()
    try:
        return Recorder(output, program, _process.level)
    except BaseException:
        output.discard()
        raise


def _help(recorder: Recorder) -> None:
    helper = _process.helper = Helper(recorder, _process.block_ms, _process.on_tick, _serve)
    _tie(recorder, helper)


def _tie(recorder: Recorder, helper: Helper) -> None:
    recorder.on_stream = helper.start
    recorder.has_helper = helper.is_running


def _serve() -> bool:
    """In the helper's thread: answer who asks. Whether more may be asked though nothing is recorded."""
    control, recorder = _process.control, _current()
    if control is None:
        return False
    if recorder.output is None and not control.asked_to_stop:
        control.close()
        return False
    control.serve(recorder.path if recorder.output is not None else None, recorder.program)
    return control.is_open


def _end_as_asked() -> None:
    """In the helper's thread, which goes on to be asked."""
    if _process.control is not None:
        _process.control.asked_to_stop = True
    _end("stopped")


def _begin_as_asked(path: Optional[str]) -> None:
    """In the helper's thread: a further trace, with the loops that run. Raises OSError."""
    before, helper = _current(), _process.helper
    assert helper is not None and _process.control is not None
    spec = path or os.path.dirname(before.path) + os.sep
    target = trace_path(spec, stem(before.program.argv), os.getpid())
    recorder = _record_to(lambda: _open(target, False), before.program)
    recorder.load()
    _tie(recorder, helper)
    helper.record(recorder)
    _process.recorder = recorder
    _process.control.asked_to_stop = False
    for reference in _process.resting:
        queue = reference()
        loop = queue.loop() if queue is not None else None
        # A loop that does not run now is adopted as it starts.
        if loop is not None and loop.is_running():
            join(loop)


def join(loop: Any) -> None:
    """A loop that runs, in whichever thread, is recorded from its next iteration on."""
    from ._adoption import join as joins

    try:
        loop.call_soon_threadsafe(joins, loop, _current, lambda: _process.helper.start())  # type: ignore[union-attr]
    except RuntimeError:  # it was closed meanwhile
        pass


def _go_on(recorder: Recorder, queues: Sequence[Any]) -> None:
    """A further trace of this process: fresh ids, its loops known again as they are used."""
    _process.recorder = recorder
    _help(recorder)
    if not _process.hooked:
        return
    recorder.load()
    from ._queue import ReadyQueue, again

    for reference in queues:
        queue = reference()
        if queue is not None:
            queue.__class__ = ReadyQueue  # it rests after a trace that ended
            again(queue, recorder)
            recorder.queues.append(reference)
    if recorder.queues and _process.helper is not None:
        _process.helper.start()


def _block_ms() -> float:
    given = threshold_ms(os.environ.get("LOOPSCOPE_BLOCK_THRESHOLD", ""))
    return DEFAULT_MS if given is None else given


def _open(path: str, replace: bool) -> Output:
    if replace:
        return Output(path, True)
    try:
        return Output(path, False)
    except FileExistsError:
        return Output(further_path(path, os.getpid()), True)


def _when_asyncio_is_there() -> None:
    """Install the hooks now or, in a program that has not imported asyncio, as soon as it has.

    Importing asyncio for it would cost every process its import time and change what `sys.modules` holds.
    """
    if "asyncio" in sys.modules and hasattr(sys.modules["asyncio"], "run"):
        _hook(False)
    else:
        when_imported("asyncio", lambda: _hook(True))


def _hook(fresh: bool) -> None:
    recorder, helper = _process.recorder, _process.helper
    if recorder is None or helper is None or _process.hooked:
        return
    try:
        recorder.load()
        from . import _hooks

        _hooks.install(lambda: _process.recorder, lambda: _process.helper.start(), fresh, _process.level)  # type: ignore
        _process.hooked = True
    except Exception:
        recorder.broke()


@_heard_later
@_guarded
def _before_fork() -> None:
    if _process.helper is not None:
        _process.helped = _process.helper.is_running()
        _process.helper.stop()
    if _process.recorder is not None:
        _process.recorder.flush(wait=True)


@_heard_later
@_guarded
def _in_parent() -> None:
    if _process.helper is not None and _process.helped:
        _process.helper.start(without_a_trace=True)


@_heard_later
@_guarded
def _in_child() -> None:
    """The child writes a trace of its own."""
    if _process.control is not None:
        _process.control.forget()
    before = _process.recorder
    if before is None or before.output is None:
        return
    output = before.leave()
    output.close()
    try:
        path = further_path(output.path, os.getpid())
        name = name_in_fork(sys._getframe())
        program = before.program._replace(name=name)
        if name:
            before_it_ends(at_exit)
        _go_on(_record_to(lambda: Output(path, True), program), before.queues)
    except Exception as error:
        before.quiet()
        complain(error)


def flush() -> None:
    """Write what has gathered: from here on the file says it."""
    if _process.recorder is not None:
        _process.recorder.flush(wait=True)
