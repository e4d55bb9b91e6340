"""The ways to run a workload that the bench compares: plain, recorded, and under other tools."""

import os
from types import MappingProxyType
from typing import Dict, List, Mapping, NamedTuple, Tuple

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
RUNTIME = os.path.join(ROOT, "runtime", "python")
RECORD = ("-m", "loopscope", "run", "-o", "{trace}")

COUNTER = """
_counts = {}
def _count(code, *_): _counts[code] = _counts.get(code, 0) + 1
_events = sys.monitoring.events
sys.monitoring.use_tool_id(2, "counter")
for _event in (_events.PY_START, _events.PY_RESUME, _events.PY_YIELD, _events.PY_RETURN):
    sys.monitoring.register_callback(2, _event, _count)
sys.monitoring.set_events(2, _events.PY_START | _events.PY_RESUME | _events.PY_YIELD | _events.PY_RETURN)
"""
AIOMONITOR = (
    "_monitor = aiomonitor.start_monitor(asyncio.get_running_loop(), hook_task_factory=True, console_enabled=False, "
    "port=0, webui_port=0, console_port=0)"
)


class Way(NamedTuple):
    """How a workload is run."""

    options: Tuple[str, ...] = ()  # of the interpreter, before the script
    env: "Mapping[str, str]" = MappingProxyType({})
    prelude: str = ""  # Python at the script's top
    inside: str = "pass"  # Python at the beginning of its coroutine
    needs: str = ""  # a package
    since: int = 8  # the minor version from which it works


PLAIN = "plain"
OURS = "accelerated"
WAYS: Dict[str, Way] = {
    PLAIN: Way(),
    OURS: Way(RECORD, {"LOOPSCOPE_ACCELERATOR": "1"}),
    "in Python": Way(RECORD, {"LOOPSCOPE_ACCELERATOR": "0"}),
    "level tasks": Way((*RECORD, "--level", "tasks"), {"LOOPSCOPE_ACCELERATOR": "1"}),
    "asyncio debug": Way(env={"PYTHONASYNCIODEBUG": "1"}),
    "monitoring": Way(prelude=COUNTER, since=12),
    "VizTracer": Way(("-m", "viztracer", "--log_async", "--quiet", "-o", "{trace}.json"), needs="viztracer"),
    "yappi": Way(prelude="import yappi; yappi.set_clock_type('wall'); yappi.start()", needs="yappi"),
    "aiomonitor": Way(prelude="import aiomonitor", inside=AIOMONITOR, needs="aiomonitor"),
}
PACKAGES: List[str] = ["aiohttp", "uvloop", "viztracer", "yappi", "aiomonitor"]
