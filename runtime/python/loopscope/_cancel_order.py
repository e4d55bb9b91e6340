"""Cancelling a task because a person asked for it, by the task's own loop."""

from time import perf_counter_ns
from types import FunctionType
from typing import TYPE_CHECKING, Any

from . import _schema as schema
from ._channel import Refused
from ._format import AUX_MAX
from ._tasks import HAS_CANCELLING, cancelling

if TYPE_CHECKING:
    from ._recorder import Recorder


def order(recorder: "Recorder", ident: int) -> None:
    """Have the task's loop cancel it as soon as it runs. Raises Refused."""
    task = None
    for ref in list(recorder.tasks.refs.values()) if recorder.queues else ():
        if ref.id == ident:
            task = ref()
            break
    if task is None or task._state != "PENDING":
        raise Refused("no-such-task", f"No living task has the id {ident}.")
    try:
        task._loop.call_soon_threadsafe(control_channel, recorder, task, ref)
    except RuntimeError:
        raise Refused("loop-closed", f"The event loop of task {ident} is closed.") from None


def _control_channel(recorder: "Recorder", task: Any, ref: Any) -> None:
    """Runs on the loop. A request to a task that waits is seen by the recorder, with this function as its stack."""
    task.cancel()
    try:
        if HAS_CANCELLING and cancelling(task) > ref.cancelling and task._state == "PENDING":
            ref.cancelling = cancelling(task)
            code = control_channel.__code__
            stack = recorder.tables.stack([recorder.stacks.line(code, code.co_firstlineno)])
            word = schema.EV_CANCEL_REQUEST | (stack << 8 if stack <= AUX_MAX else 0)
            recorder.stream().extend((word, perf_counter_ns(), ref.id, 0))
    except Exception:
        recorder.broke()


# The one function of the recorder's that a trace shows: under a name of its own, so that stacks do not leave it out.
control_channel = FunctionType(
    _control_channel.__code__.replace(co_filename="<loopscope>", co_name="control_channel"),
    globals(),
    "control_channel",
)
control_channel.__qualname__ = "control_channel"
