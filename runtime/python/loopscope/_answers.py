"""What is done when somebody asks through the control channel; called in the recorder's helper thread."""

import os
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any, Callable, Dict, Optional

from . import _schema as schema
from ._channel import Refused, Request

if TYPE_CHECKING:
    from ._recorder import Recorder
    from ._sampler import Sampler

LABEL_LENGTH = 1000
Answer = Dict[str, Any]


class Answers:
    """`end` and `begin` stop the recording and start a further one, with a path or beside the last."""

    def __init__(
        self,
        recorder: "Callable[[], Recorder]",
        sampler: "Callable[[], Sampler]",
        end: Callable[[], None],
        begin: Callable[[Optional[str]], None],
    ) -> None:
        self._recorder = recorder
        self._sampler = sampler
        self._end = end
        self._begin = begin
        self._deeds = {
            "snapshot": self._snapshot,
            "cancel": self._cancel,
            "mark": self._mark,
            "stop": self._stop,
            "start": self._start,
        }

    def __call__(self, request: Request) -> Answer:
        name = request.get("request")
        deed = self._deeds.get(name) if type(name) is str else None
        if deed is None:
            raise Refused("bad-request", f"A request is one of {', '.join(self._deeds)}.")
        return deed(request)

    def _snapshot(self, request: Request) -> Answer:
        recorder = self._recording()
        if recorder.queues:
            self._sampler().look_at_all()
        return self._written(recorder)

    def _cancel(self, request: Request) -> Answer:
        recorder = self._recording()
        ident = request.get("task")
        if type(ident) is not int or ident <= 0:
            raise Refused("bad-request", "task is the number of a task in the trace.")
        from ._cancel_order import order

        order(recorder, ident)
        return self._written(recorder)

    def _mark(self, request: Request) -> Answer:
        recorder = self._recording()
        label = request.get("label")
        if type(label) is not str or not 1 <= len(label) <= LABEL_LENGTH:
            raise Refused("bad-request", f"label is a string of 1 to {LABEL_LENGTH} characters.")
        text = recorder.tables.text(label)
        recorder.helper_stream().extend((schema.EV_MARK, perf_counter_ns(), text, 0))
        return self._written(recorder)

    def _stop(self, request: Request) -> Answer:
        recorder = self._recording()
        self._end()
        return {"trace": recorder.path, "bytes": os.stat(recorder.path).st_size}

    def _start(self, request: Request) -> Answer:
        if self._recorder().output is not None:
            raise Refused("already-recording", "A trace is being written already.")
        path = request.get("path")
        if path is not None and not (type(path) is str and os.path.isabs(path)):
            raise Refused("bad-request", "path is absolute.")
        try:
            self._begin(path)
        except OSError as error:
            raise Refused("cannot-write", f"{error.strerror or error}: {error.filename}") from None
        return self._written(self._recording())

    def _recording(self) -> "Recorder":
        recorder = self._recorder()
        if recorder.output is None:
            raise Refused("not-recording", "Nothing is recorded now.")
        return recorder

    def _written(self, recorder: "Recorder") -> Answer:
        """All that is known by now is in the file, up to the length that is told."""
        now = perf_counter_ns()
        recorder.helper_stream().extend((schema.EV_ALIVE, now, 0, 0))
        if not recorder.flush(wait=True):
            raise Refused("failed", "The trace could not be written in time.")
        output = self._recording().output
        assert output is not None
        return {"trace": output.path, "bytes": output.length(), "atNs": now - recorder.zero_ns}
