"""CPython's own asyncio tests, with and without the recorder: the program must not notice it.

    python3 test/python/cpython_suite.py INTERPRETER [--report FILE] [MODULE...]

Prints both counts and every test that fails only with the recorder; exit status 1 if there is one. The report is JSON.
"""

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
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


def run(interpreter: str, tests: str, recorded: bool) -> Tuple[int, List[str]]:
    """How many tests ran, and the names of those that failed. `tests` is a module's or a test's name."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("LOOPSCOPE", "PYTHON"))}
    with tempfile.TemporaryDirectory() as directory:
        if recorded:
            env.update(LOOPSCOPE=directory + os.sep, PYTHONPATH=INJECT)
        done = subprocess.run(
            [interpreter, "-m", "unittest", "-v", f"test.test_asyncio.{tests}"],
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
            print(f"  {tests}: {len(traces)} traces, {sizes / 1e6:.1f} MB {' '.join(stopped)}", flush=True)
            if stopped or not traces:
                return 0, [f"{tests}: the recorder stopped"]
    failed = [f"{kind} {name}" for kind, name in re.findall(r"^(FAIL|ERROR): (.*)$", text, re.MULTILINE)]
    ran = re.search(r"^Ran (\d+) tests?", text, re.MULTILINE)
    if ran is None:
        failed.append(f"{tests} did not finish: {text[-2000:]}")
    return int(ran.group(1)) if ran else 0, failed


def again(interpreter: str, suspects: List[str]) -> List[str]:
    """Which of the tests that failed only with the recorder do so once more, each alone.

    Some of CPython's tests depend on what else the machine does.
    """
    found = []
    for suspect in suspects:
        named = re.match(r"\w+ (\w+) \(test\.test_asyncio\.([\w.]+)\)", suspect)
        if named:
            test, place = named.groups()
            path = place if place.endswith(f".{test}") else f"{place}.{test}"  # with the test's name from 3.11 on
            if not run(interpreter, path, True)[1] or run(interpreter, path, False)[1]:
                print(f"  once, and not again: {suspect}")
                continue
        found.append(suspect)
    return found


def exists(interpreter: str, module: str) -> bool:
    code = f"import importlib.util as u, sys; sys.exit(u.find_spec('test.test_asyncio.{module}') is None)"
    return subprocess.run([interpreter, "-c", code], stderr=subprocess.DEVNULL).returncode == 0


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("interpreter")
    parser.add_argument("modules", nargs="*", default=MODULES)
    parser.add_argument("--report")
    options = parser.parse_args()
    # A shell's background job ignores Ctrl-C, and tests that send it to themselves would wait for ever.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    counts: Dict[bool, int] = {False: 0, True: 0}
    failures: Dict[bool, List[str]] = {False: [], True: []}
    new: List[str] = []
    for name in options.modules:
        module = f"test_{name}"
        if not exists(options.interpreter, module):
            continue
        with ThreadPoolExecutor(2) as both:  # they mostly wait
            runs = both.map(run, [options.interpreter] * 2, [module] * 2, (False, True))
            for recorded, (ran, failed) in zip((False, True), runs):
                counts[recorded] += ran
                failures[recorded] += failed
        new += again(options.interpreter, [test for test in failed if test not in failures[False]])
    for recorded, title in ((False, "without the recorder"), (True, "with the recorder")):
        print(f"{title}: {counts[recorded]} tests, {len(failures[recorded])} failed")
    if counts[True] != counts[False]:
        new.append(f"{counts[False]} tests ran without the recorder, {counts[True]} with it")
    for name in new:
        print(f"only with the recorder: {name}")
    if options.report:
        plain, recorded_ = ({"tests": counts[how], "failed": failures[how]} for how in (False, True))
        with open(options.report, "w", encoding="utf-8") as file:
            json.dump({"without": plain, "with": recorded_, "onlyWith": new}, file)
    return 1 if new else 0


if __name__ == "__main__":
    sys.exit(main())
