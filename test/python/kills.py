"""`kill -9` at random moments: the trace opens, and what happened 100 ms before is in it."""

import os
import random
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Dict, Optional

import tracefile
from recorded import RUNTIME, environment

AT_ONCE = 2

KILLED = """
import asyncio, time
async def mark(number):
    await asyncio.sleep(0)
async def main():
    number = 0
    while True:
        number += 1
        await asyncio.get_event_loop().create_task(mark(number), name=f"mark-{number}")
        print(number, time.perf_counter_ns(), flush=True)
        await asyncio.sleep(0.001)
asyncio.run(main())
"""


def kills(directory: str, count: int, seed: int) -> Dict[str, Any]:
    """`{moments, failed}`: each trace opens, and no mark older than 100 ms misses."""
    script = os.path.join(directory, "killed.py")
    with open(script, "w", encoding="utf-8") as file:
        file.write(KILLED)
    chance = random.Random(seed)
    moments = [chance.uniform(0, 1) for _ in range(count)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        done = pool.map(lambda each: killed_for_good(directory, script, *each), enumerate(moments))
        return {"moments": count, "seed": seed, "failed": [text for text in done if text]}


def killed_for_good(directory: str, script: str, number: int, delay: float) -> Optional[str]:
    """A machine that gave the process no time in its last 100 ms is no proof: what is lost is lost thrice in a row."""
    text = None
    for _ in range(3):
        text = killed(directory, script, number, delay)
        if text is None:
            break
    return text


def killed(directory: str, script: str, number: int, delay: float) -> Optional[str]:
    trace = os.path.join(directory, f"{number}.looptrace")
    command = [sys.executable, "-m", "loopscope", "run", "-o", trace, script]
    process = subprocess.Popen(command, env=environment(PYTHONPATH=RUNTIME), stdout=subprocess.PIPE)
    assert process.stdout
    first = process.stdout.readline()
    time.sleep(delay)
    process.kill()
    killed_ns = time.perf_counter_ns()
    marks = [line.split() for line in (first + process.communicate()[0]).decode().splitlines(True) if line[-1] == "\n"]
    try:
        loaded = tracefile.load(trace)
    except Exception as error:
        return f"after {delay:.3f} s it does not open: {error!r}"
    ended = {e.a for e in loaded.events if e.kind == "STEP_RETURN"}
    names = {task["name"] for ident, task in loaded.tasks.items() if ident in ended}
    lost = [number for number, at in marks if int(at) < killed_ns - 100_000_000 and f"mark-{number}" not in names]
    return f"after {delay:.3f} s, marks {lost[0]} to {lost[-1]} are lost" if lost else None
