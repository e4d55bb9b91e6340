"""The control channel of this process, from the first loop that is recorded to the recording's end."""

import os
from typing import Any, Callable, Dict, Optional

from . import _entry
from ._channel import Channel, Request
from ._command import Program
from ._recorder import interpreter, runtime, working_directory

OFF = "0"


class Control:
    """Opened by the first `serve`, and by the first one in a forked child: a process without a loop has no channel."""

    def __init__(self, setting: str, about: Dict[str, Any], perform: "Callable[[Request], Dict[str, Any]]") -> None:
        """`setting`: what LOOPSCOPE_CONTROL says; `about`: what the entry tells of the recorder and its interpreter."""
        self._setting = setting
        self._about = about
        self._perform = perform
        self._channel: Optional[Channel] = None
        self._entry: Dict[str, Any] = {}
        self._path = ""
        self._tried = setting == OFF or os.name != "posix"
        self.asked_to_stop = False  # by a client: the channel stays, so that it can be asked to start again

    @property
    def is_open(self) -> bool:
        return self._channel is not None

    def serve(self, trace: Optional[str], program: Program) -> None:
        """Answer who asks. Waits for nobody, raises nothing. `trace`: what is recorded to, None = nothing is."""
        if not self._tried:
            self._tried = True
            self._open(trace, program)
        if self._channel is None:
            return
        try:
            self._channel.serve()
            if self._entry["trace"] != trace:
                self._show(trace)
        except Exception:  # the descriptors are gone, or the folder is: nobody can ask any more
            self.close()

    def close(self) -> None:
        """The process ends, or its recording does. Raises nothing."""
        channel, self._channel = self._channel, None
        try:
            if channel is not None:
                _entry.remove(self._path)
                channel.close()
        except Exception:  # nobody can ask any more, and the process has other things to do
            pass

    def forget(self) -> None:
        """In a forked child: the channel is the parent's."""
        channel, self._channel = self._channel, None
        if channel is not None:
            channel.close()
        self._tried = self._setting == OFF or os.name != "posix"
        self.asked_to_stop = False

    def _show(self, trace: Optional[str]) -> None:
        self._entry["trace"] = trace
        _entry.write(self._path, self._entry)

    def _open(self, trace: Optional[str], program: Program) -> None:
        entry = dict(_entry.describe(program, working_directory()), **self._about, socket=None, tcp=None)
        setting = self._setting
        chosen = os.path.isabs(setting)
        problem: Optional[Exception] = None
        for folder in [setting] if chosen else _entry.folders():
            try:
                _entry.make_own(folder)
                _entry.sweep(folder)
                self._path = os.path.join(folder, f"{os.getpid()}-{os.urandom(4).hex()}.json")
                self._entry = dict(entry)
                self._channel = self._listen(folder)
                self._show(trace)
                return
            except Exception as error:
                problem = error
                self.close()
        if problem is not None and setting not in ("", "1"):
            _say(f"there is no control channel: {problem}")

    def _listen(self, folder: str) -> Channel:
        channel = Channel(self._entry["token"], self._perform)
        setting = self._setting
        if setting.startswith("tcp:"):
            host, _, port = setting[len("tcp:") :].rpartition(":")
            host, number = channel.listen_on(host.strip("[]") or "127.0.0.1", int(port))
            self._entry["tcp"] = {"host": host, "port": number}
        elif setting in ("", "1") or os.path.isabs(setting):
            path = f"{self._path[: -len('.json')]}.sock"
            channel.listen_at(path)
            self._entry["socket"] = path
        else:
            raise ValueError(f"LOOPSCOPE_CONTROL is {setting!r}: neither 0, 1, an absolute path nor tcp:PORT")
        return channel


def about() -> Dict[str, Any]:
    """As the trace's header says it."""
    return {"runtime": runtime(), "interpreter": interpreter()}


def _say(text: str) -> None:
    try:
        os.write(2, f"loopscope: {text}\n".encode(errors="replace"))
    except OSError:
        pass
