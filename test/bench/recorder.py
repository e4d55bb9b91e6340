"""What recording costs: saturated micro-benchmarks, plain, recorded and under other tools, interleaved.

    python3 test/bench/recorder.py [--python INTERPRETER] [--rounds N] [--only TEXT] [--no-peers]

Prints, per workload, µs of CPU time per operation (all threads of the process) of the plain run and, for each way to
run it, the ratio of its least time to the least plain one; then the trace's bytes per operation, the time to import
and install, and the memory that the recorder adds. These are worst cases: nothing but event loop work, on one core.
Peers are installed from PyPI into `.cache`; one that cannot be is left out and named.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from typing import Dict, List, Mapping, Optional

from peers import OURS, PACKAGES, PLAIN, RUNTIME, WAYS, Way
from workloads import TIMED, WORKLOADS, Workload

STARTED = """
import asyncio, sys, time
before = time.process_time()
import loopscope
loopscope.start(sys.argv[1])
asyncio.new_event_loop().close()
print((time.process_time() - before) * 1e3)
"""
PEAK = """
import asyncio, resource, sys
async def child(): await asyncio.sleep(0)
async def main():
    for _ in range(int(sys.argv[1])): await asyncio.get_event_loop().create_task(child())
asyncio.run(main())
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description="What recording costs.")
    parser.add_argument("--python", default=sys.executable, help="the interpreter to measure")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="", help="workloads whose name contains this text")
    parser.add_argument("--no-peers", action="store_true", help="plain and recorded runs alone")
    options = parser.parse_args()
    python, missing = environment(options.python, [] if options.no_peers else PACKAGES)
    minor = int(ask(python, "import sys; print(sys.version_info[1])"))
    run([python, "-m", "loopscope", "build-accelerator"], {})
    ways = {
        name: way
        for name, way in WAYS.items()
        if way.needs not in missing and way.since <= minor and not (options.no_peers and name not in FIRST)
    }
    print(ask(python, "import sys; print('CPython', sys.version.split()[0])"), f"least of {options.rounds} rounds")
    print(f"{'over plain':31}{'plain µs':>9}{'goal':>6}" + "".join(f"{name:>15}" for name in list(ways)[1:]))
    sizes: Dict[str, float] = {}
    with tempfile.TemporaryDirectory() as directory:
        for name, workload in WORKLOADS.items():
            if options.only in name and workload.needs not in missing:
                row(python, ways, name, workload, options.rounds, directory, sizes)
        print("\nbytes per operation: " + ", ".join(f"{name} {size:.1f}" for name, size in sizes.items()))
        started(python, directory)
        if sys.platform != "win32":
            memory(python, directory)
    for package in missing:
        print(f"left out, since it cannot be installed here: {package}")


FIRST = (PLAIN, OURS, "in Python")


def row(
    python: str,
    ways: "Dict[str, Way]",
    name: str,
    workload: Workload,
    rounds: int,
    directory: str,
    sizes: "Dict[str, float]",
) -> None:
    times: Dict[str, List[float]] = {way: [] for way in ways}
    trace = os.path.join(directory, "t.looptrace")
    for _ in range(rounds):
        for way_name, way in ways.items():
            took = measure(python, way, workload, directory, trace)
            if took is not None:
                times[way_name].append(took)
            if way_name == OURS:
                sizes[name] = os.path.getsize(trace) / (workload.count * 21 / 20)
    plain = min(times[PLAIN])
    ratios = [f"{min(times[way]) / plain:15.2f}" if times[way] else f"{'failed':>15}" for way in list(ways)[1:]]
    print(f"{name:31}{plain:9.2f}{workload.goal:6.2f}" + "".join(ratios), flush=True)


def measure(python: str, way: Way, workload: Workload, directory: str, trace: str) -> Optional[float]:
    """µs per operation; None when the program did not end well."""
    script = os.path.join(directory, "bench.py")
    with open(script, "w", encoding="utf-8") as file:
        file.write(TIMED.format(prelude=way.prelude, inside=way.inside, source=workload.source))
    options = [option.format(trace=trace) for option in way.options]
    output = run([python, *options, script, str(workload.count)], way.env)
    lines = [line for line in output.splitlines() if line.startswith("µs ")]
    return float(lines[0].split()[1]) if lines else None


def started(python: str, directory: str) -> None:
    """Import and install, in a process that has asyncio."""
    script = os.path.join(directory, "start.py")
    with open(script, "w", encoding="utf-8") as file:
        file.write(STARTED)
    took = {
        name: min(
            float(run([python, script, os.path.join(directory, "s.looptrace")], WAYS[name].env)) for _ in range(7)
        )
        for name in FIRST[1:]
    }
    print(
        "import and install, CPU time: "
        + ", ".join(f"{name} {ms:.1f} ms" for name, ms in took.items())
        + " (goal 30 ms)"
    )


def memory(python: str, directory: str) -> None:
    """How much more the process grows at its largest, for a short run and for one ten times as long."""
    script = os.path.join(directory, "peak.py")
    with open(script, "w", encoding="utf-8") as file:
        file.write(PEAK)
    parts = []
    for name in FIRST[1:]:
        added = []
        for count in (20_000, 200_000):
            options = [option.format(trace=os.path.join(directory, "m.looptrace")) for option in WAYS[name].options]
            recorded = float(run([python, *options, script, str(count)], WAYS[name].env))
            added.append(recorded - float(run([python, script, str(count)], {})))
        parts.append(f"{name} {added[0]:.1f} MB, ten times as long {added[1]:.1f} MB")
    print("memory added: " + "; ".join(parts))


def environment(python: str, packages: List[str]) -> "tuple[str, List[str]]":
    """An interpreter that has the packages, and those that it could not be given."""
    if not packages:
        return python, [name for name in PACKAGES if run([python, "-c", f"import {name}; print(1)"], {}) == ""]
    version = ask(python, "import sys; print('.'.join(map(str, sys.version_info[:3])))")
    folder = os.path.abspath(os.path.join(os.environ.get("LOOPSCOPE_CACHE", ".cache"), f"bench-{version}"))
    inside = os.path.join(folder, "Scripts" if os.name == "nt" else "bin", "python")
    if not os.path.exists(inside):
        subprocess.run([python, "-m", "venv", folder], check=True)
    missing = []
    for name in packages:
        if run([inside, "-c", f"import {name}; print(1)"], {}) == "":
            run([inside, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", name], {})
            if run([inside, "-c", f"import {name}; print(1)"], {}) == "":
                missing.append(name)
    return inside, missing


PYCACHE = os.path.abspath(os.path.join(os.environ.get("LOOPSCOPE_CACHE", ".cache"), "bench-pycache"))


def ask(python: str, code: str) -> str:
    return run([python, "-c", code], {}).strip()


def run(command: List[str], env: "Mapping[str, str]") -> str:
    """What it printed."""
    # Nobody compiles all modules anew at each start, even where this environment would have it so.
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    everything = {**kept, "PYTHONPYCACHEPREFIX": PYCACHE, "PYTHONPATH": RUNTIME, "PYTHONIOENCODING": "utf-8", **env}
    return subprocess.run(
        command, env=everything, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ).stdout.decode(errors="replace")


if __name__ == "__main__":
    main()
