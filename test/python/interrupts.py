"""A signal's handler in front of any instruction of the recorder's, one after the other."""

import os
import sys
from types import FrameType
from typing import Any, Callable, Optional, Tuple

import loopscope

FOLDER = os.path.dirname(loopscope.__file__) + os.sep
UNRELIABLE = sys.version_info[:2] == (3, 12)
REASON = "3.12 does not trace instructions reliably"


class Interrupted(BaseException):
    """What a signal handler raises, as Ctrl-C does."""


class InterruptsAt:
    """Traces the recorder's instructions and calls `handler` in front of the `count`th; then `done`.

    `below`: only those of what some functions call, as `file.py:name`.
    """

    def __init__(self, count: int, handler: Callable[[], None], below: Tuple[str, ...]) -> None:
        self.left, self.done, self.handler, self.below = count, False, handler, below

    def is_below(self, frame: FrameType) -> bool:
        outer: Optional[FrameType] = frame.f_back
        while self.below and outer is not None and outer.f_code.co_filename.startswith(FOLDER):
            if f"{os.path.basename(outer.f_code.co_filename)}:{outer.f_code.co_name}" in self.below:
                return True
            outer = outer.f_back
        return not self.below

    def __call__(self, frame: FrameType, event: str, argument: object) -> Any:
        if self.done or not frame.f_code.co_filename.startswith(FOLDER):
            return None
        frame.f_trace_opcodes = True
        if event == "opcode" and self.is_below(frame):
            self.left -= 1
            if self.left == 0:
                self.done = True
                self.handler()
        return self


def ctrl_c() -> None:
    raise Interrupted


def interrupt(count: int, handler: Callable[[], None], action: Callable[[], object], *below: str) -> Optional[bool]:
    """Do it with a handler in front of the `count`th instruction. Whether what the handler raised came out of it; None
    when it has no more so many."""
    interrupts, raised = InterruptsAt(count, handler, below), False
    sys.settrace(interrupts)
    try:
        action()
    except Interrupted:
        raised = True
    finally:
        sys.settrace(None)
    return raised if interrupts.done else None
