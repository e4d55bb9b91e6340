"""`sys.monitoring` (3.12 and newer): the recorder's tool, and the few code objects of which it asks for events."""

import sys
from typing import Any, Callable, Dict, Optional

monitoring: Any = getattr(sys, "monitoring", None)
_TOOLS = (4, 3)  # ids that Python leaves to nobody in particular


class _Monitor:
    tool: Optional[int] = None


_monitor = _Monitor()


def watch(code: Any, callbacks: "Dict[int, Callable[..., Any]]") -> bool:
    """Have the callbacks called, by event, for this code object as well. False where that cannot be had."""
    if monitoring is None or (_monitor.tool is None and not _take_tool()):
        return False
    tool = _monitor.tool
    wanted = monitoring.get_local_events(tool, code)
    for event, callback in callbacks.items():
        monitoring.register_callback(tool, event, callback)
        wanted |= event
    monitoring.set_local_events(tool, code, wanted)
    return True


def _take_tool() -> bool:
    tool = next((tool for tool in _TOOLS if monitoring.get_tool(tool) is None), None)
    if tool is None:
        return False
    monitoring.use_tool_id(tool, "loopscope")
    _monitor.tool = tool
    return True
