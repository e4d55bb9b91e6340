"""How much is recorded: of these two, the cheaper one leaves out what tasks use, and keeps what they do."""

import os
from typing import Dict, Optional, Tuple

TASKS, TIMELINE = "tasks", "timeline"
DEFAULT = TIMELINE
VARIABLE = "LOOPSCOPE_LEVEL"

# By level, the kinds of events that are not looked for. On uvloop's loops timers, connections and subprocesses are
# told at each level: there they come with what else its methods tell.
UNRECORDED: "Dict[str, Tuple[str, ...]]" = {
    TASKS: (
        *("ACQUIRE", "RELEASE", "LEVEL"),
        *("TIMER_SET", "TIMER_CANCEL", "TIMER_RUN"),
        *("OPENED", "CLOSED", "RECEIVED", "SENT", "WRITING"),
        *("SPAWNED", "EXITED", "KILLED"),
    ),
    TIMELINE: (),
}


def known(text: str) -> Optional[str]:
    """The level of this name, None = there is none."""
    return text if text in UNRECORDED else None


def of_environment() -> str:
    """Raises ValueError for a level that there is not."""
    text = os.environ.get(VARIABLE, "")
    level = known(text or DEFAULT)
    if level is None:
        raise ValueError(f"{VARIABLE} is {text!r}: neither {' nor '.join(UNRECORDED)}")
    return level
