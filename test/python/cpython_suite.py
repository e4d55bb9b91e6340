"""CPython's own asyncio tests, with and without the recorder: the program must not notice it.

    python3 test/python/cpython_suite.py INTERPRETER [MODULE...]

Prints both counts and every test that fails only with the recorder; exit status 1 if there is one.
"""

import os
import re
import signal
import subprocess
import sys
import tempfile
from typing import Dict, List, Tuple

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
INJECT = os.path.join(ROOT, "runtime", "python", "inject")
MODULES = (
    "base_events",
    "eager_task_factory",
    "events",
    "futures",
    "futures2",
    "locks",
    "queues",
    "runners",
    "selector_events",
    "sendfile",
    "server",
    "sock_lowlevel",
    "streams",
    "subprocess",
    "taskgroups",
    "tasks",
    "timeouts",
    "transports",
    "unix_events",
    "waitfor",
)


def run(interpreter: str, module: str, recorded: bool) -> Tuple[int, List[str]]:
    """How many tests ran, and the names of those that failed."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("LOOPSCOPE", "PYTHON"))}
    with tempfile.TemporaryDirectory() as directory:
        if recorded:
            env.update(LOOPSCOPE=directory + os.sep, PYTHONPATH=INJECT)
        done = subprocess.run(
            [interpreter, "-m", "unittest", "-v", f"test.test_asyncio.{module}"],
            env=env,
            cwd=directory,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=900,
        )
        text = done.stdout.decode(errors="replace")
        if recorded:
            traces = [name for name in os.listdir(directory) if name.endswith(".looptrace")]
            sizes = sum(os.path.getsize(os.path.join(directory, name)) for name in traces)
            stopped = re.findall(r"^.*loopscope: recording.*$", text, re.MULTILINE)
            print(f"  {module}: {len(traces)} traces, {sizes / 1e6:.1f} MB {' '.join(stopped)}", flush=True)
            if stopped or not traces:
                return 0, [f"{module}: the recorder stopped"]
    failed = [f"{kind} {name}" for kind, name in re.findall(r"^(FAIL|ERROR): (.*)$", text, re.MULTILINE)]
    ran = re.search(r"^Ran (\d+) tests?", text, re.MULTILINE)
    if ran is None:
        failed.append(f"{module} did not finish: {text[-2000:]}")
    return int(ran.group(1)) if ran else 0, failed


def exists(interpreter: str, module: str) -> bool:
    code = f"import importlib.util as u, sys; sys.exit(u.find_spec('test.test_asyncio.{module}') is None)"
    return subprocess.run([interpreter, "-c", code], stderr=subprocess.DEVNULL).returncode == 0


def main(arguments: List[str]) -> int:
    if not arguments:
        sys.stderr.write((__doc__ or "").strip() + "\n")
        return 2
    interpreter = arguments[0]
    # A shell's background job ignores Ctrl-C, and tests that send it to themselves would wait for ever.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    counts: Dict[bool, int] = {False: 0, True: 0}
    failures: Dict[bool, List[str]] = {False: [], True: []}
    for name in arguments[1:] or MODULES:
        module = f"test_{name}"
        if not exists(interpreter, module):
            continue
        for recorded in (False, True):
            ran, failed = run(interpreter, module, recorded)
            counts[recorded] += ran
            failures[recorded] += failed
    for recorded, title in ((False, "without the recorder"), (True, "with the recorder")):
        print(f"{title}: {counts[recorded]} tests, {len(failures[recorded])} failed")
    new = [name for name in failures[True] if name not in failures[False]]
    for name in new:
        print(f"only with the recorder: {name}")
    return 1 if new or counts[True] != counts[False] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
