"""A signal's handler in front of any instruction of the recorder's, one after the other."""

import os
import sys
from types import FrameType
from typing import Any, Callable, Optional

import loopscope

FOLDER = os.path.dirname(loopscope.__file__) + os.sep
UNRELIABLE = sys.version_info[:2] == (3, 12)
REASON = "3.12 does not trace instructions reliably"


class Interrupted(BaseException):
    """What a signal handler raises, as Ctrl-C does."""


class InterruptsAt:
    """Traces the recorder's instructions and calls `handler` in front of the `count`th; then `done`."""

    def __init__(self, count: int, handler: Callable[[], None]) -> None:
        self.left, self.done, self.handler = count, False, handler

    def __call__(self, frame: FrameType, event: str, argument: object) -> Any:
        if not frame.f_code.co_filename.startswith(FOLDER):
            return None
        frame.f_trace_opcodes = True
        if event == "opcode":
            self.left -= 1
            if self.left == 0:
                self.done = True
                self.handler()
        return self


def ctrl_c() -> None:
    raise Interrupted


def interrupt(count: int, handler: Callable[[], None], action: Callable[[], object]) -> Optional[bool]:
    """Do it with a handler in front of the `count`th instruction. Whether what the handler raised came out of it; None
    when it has no more so many."""
    interrupts, raised = InterruptsAt(count, handler), False
    sys.settrace(interrupts)
    try:
        action()
    except Interrupted:
        raised = True
    finally:
        sys.settrace(None)
    return raised if interrupts.done else None
