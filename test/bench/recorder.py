"""What recording costs: saturated micro-benchmarks, plain, recorded and under other tools, interleaved.

    python3 test/bench/recorder.py [--python INTERPRETER] [--rounds N] [--minutes M] [--only TEXT] [--no-peers]
        [--markdown]

Prints, per workload, µs of CPU time per operation (all threads of the process) of the plain run and, for each way to
run it, the ratio of its least time to the least plain one; then the trace's bytes per operation, the time to import
and install, and the memory that the recorder adds. These are worst cases: nothing but event loop work, on one core.
With `--minutes` a program has no further round when its share of that time is over; each has one, and the table says
how many. Peers are installed from PyPI into `.cache`; one that cannot be is left out and named.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from time import monotonic
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
    parser.add_argument("--minutes", type=float, help="no further round of a program when its share of this is over")
    parser.add_argument("--markdown", action="store_true", help="the table as docs/recorder.md has it")
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
    print(
        ask(python, "import sys; print('CPython', sys.version.split()[0])"),
        f"least of {options.rounds} rounds, each with the first two ways {OFTEN} times",
    )
    print_row = print_markdown if options.markdown else print_aligned
    print_row("over plain", "plain µs", "goal", list(ways)[1:], "rounds")
    if options.markdown:
        print_row("---", "---", "---", ["---"] * (len(ways) - 1), "---")
    sizes: Dict[str, float] = {}
    chosen = [(name, load) for name, load in WORKLOADS.items() if options.only in name and load.needs not in missing]
    began = monotonic()
    with tempfile.TemporaryDirectory() as directory:
        for index, (name, workload) in enumerate(chosen, 1):
            until = began + options.minutes * 60 * index / len(chosen) if options.minutes else float("inf")
            times = measured(python, ways, name, workload, options.rounds, until, directory, sizes)
            plain = min(times[PLAIN])
            ratios = [f"{min(times[way]) / plain:.2f}" if times[way] else "failed" for way in list(ways)[1:]]
            print_row(name, f"{plain:.2f}", f"{workload.goal:.2f}", ratios, str(len(times[PLAIN]) // OFTEN))
        print("\nbytes per operation: " + ", ".join(f"{name} {size:.1f}" for name, size in sizes.items()))
        started(python, directory)
        if sys.platform != "win32":
            memory(python, directory)
    for package in missing:
        print(f"left out, since it cannot be installed here: {package}")


FIRST = (PLAIN, OURS, "in Python")
# How often a round has the two whose ratio has a goal. The least of three runs of the queue pipeline has been anything
# between 1.08 and 1.50 of plain; of twelve it is 1.08, busy machine or not.
OFTEN = 4
TOO_LONG_S = 120  # a run of a peer that does not come to its end


def print_aligned(name: str, plain: str, goal: str, ratios: List[str], rounds: str) -> None:
    print(f"{name:31}{plain:>9}{goal:>6}" + "".join(f"{ratio:>15}" for ratio in ratios) + f"{rounds:>8}", flush=True)


def print_markdown(name: str, plain: str, goal: str, ratios: List[str], rounds: str) -> None:
    print(f"| {' | '.join([name, plain, goal, *ratios, rounds])} |", flush=True)


def measured(
    python: str,
    ways: "Dict[str, Way]",
    name: str,
    workload: Workload,
    rounds: int,
    until: float,
    directory: str,
    sizes: "Dict[str, float]",
) -> "Dict[str, List[float]]":
    """µs per operation, by way."""
    times: Dict[str, List[float]] = {way: [] for way in ways}
    trace = os.path.join(directory, "t.looptrace")
    for number in range(rounds):
        if number > 0 and monotonic() > until:
            break
        for way_name in [PLAIN, OURS] * (OFTEN - 1) + list(ways):
            took = measure(python, ways[way_name], workload, directory, trace)
            if took is not None:
                times[way_name].append(took)
            if way_name == OURS:
                sizes[name] = os.path.getsize(trace) / (workload.count * 21 / 20)
    return times


def measure(python: str, way: Way, workload: Workload, directory: str, trace: str) -> Optional[float]:
    """µs per operation; None when the program did not end well."""
    script = os.path.join(directory, "bench.py")
    with open(script, "w", encoding="utf-8") as file:
        file.write(TIMED.format(prelude=way.prelude, inside=way.inside, source=workload.source))
    options = [option.format(trace=trace) for option in way.options]
    try:
        output = run([python, *options, script, str(workload.count)], way.env, TOO_LONG_S)
    except subprocess.TimeoutExpired:
        return None
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


def run(command: List[str], env: "Mapping[str, str]", timeout_s: Optional[float] = None) -> str:
    """What it printed."""
    # Nobody compiles all modules anew at each start, even where this environment would have it so.
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    everything = {**kept, "PYTHONPYCACHEPREFIX": PYCACHE, "PYTHONPATH": RUNTIME, "PYTHONIOENCODING": "utf-8", **env}
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    return subprocess.run(command, env=everything, timeout=timeout_s, **pipes).stdout.decode(errors="replace")


if __name__ == "__main__":
    main()
