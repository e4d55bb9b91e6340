"""A timer's signals at random moments: a program of asyncio's puts out the same recorded, and its traces open.

    python3 test/python/interruptions.py [--runs 40] [--seed 2026] [--keep FOLDER]

What the handler does is one of: raise KeyboardInterrupt; put tasks, callbacks and items where the loop finds them; walk
stacks (with faulthandler too, unless that crashes this interpreter by itself) and collect garbage; fork. Each on the
standard library's loop and on uvloop where it is, with the accelerator and without, with the helper thread writing and
with the main thread writing itself.
"""

import argparse
import importlib.util
import os
import random
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Dict, List, NamedTuple, Optional

import tracefile
from recorded import OFF, RUNTIME, environment

AT_ONCE = 2
SECONDS = 300  # until a program is taken to hang; it takes less than one
HANDLERS = ("raises", "schedules", "walks", "forks")

PROGRAM = """
import asyncio, faulthandler, gc, os, random, signal, sys, time, traceback
handler, seed, loops = sys.argv[1], int(sys.argv[2]), sys.argv[3]
if loops == "uvloop":
    import uvloop
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
if os.environ.get("ITSELF") and "loopscope._recorder" in sys.modules:
    sys.modules["loopscope._recorder"].OVERFULL = -1  # whoever is asked to write does
    sys.modules["loopscope._loop"].FULL = 400
chance = random.Random(seed)
nothing = open(os.devnull, "w")
made = ran = signals = forks = 0

async def job():
    global ran
    await asyncio.sleep(0)
    ran += 1
def count():
    global ran
    ran += 1
def schedules(loop):
    global made
    for what in chance.sample((loop.call_soon, loop.create_task, state["queue"].put_nowait), 2):
        if what == loop.call_soon: made += 1; what(count)
        elif what == loop.create_task: made += 1; state["jobs"].append(what(job()))
        else: what(signals)
def walks(frame):
    traceback.extract_stack(frame)
    if os.environ["DUMPS"]: faulthandler.dump_traceback(nothing)
    gc.collect(chance.randrange(3))
def forks_once():
    global forks
    if forks == 3: return
    forks += 1
    pid = os.fork()
    if pid == 0: os._exit(0)
    os.waitpid(pid, 0)
def on_alarm(number, frame):
    global signals
    if "loop" not in state: return  # it came late
    signals += 1
    if handler == "raises": raise KeyboardInterrupt
    if handler == "schedules": schedules(state["loop"])
    elif handler == "walks": walks(frame)
    elif handler == "forks": forks_once()
    arm()
def arm():
    signal.setitimer(signal.ITIMER_REAL, chance.uniform(20e-6, 3e-3))

async def child(n):
    for _ in range(n % 3): await asyncio.sleep(0)
    if n % 7 == 0: raise ValueError(n)
    return n
async def waits(event): await event.wait()
async def holds(lock):
    async with lock: await asyncio.sleep(0)
async def takes(queue, n):
    for _ in range(n): await queue.get()
async def work(round):
    loop, create = asyncio.get_event_loop(), asyncio.ensure_future
    total = 0
    for n in range(12):
        results = await asyncio.gather(*[child(n * 5 + i) for i in range(5)], return_exceptions=True)
        total += sum(value for value in results if type(value) is int)
        lock, event, queue = asyncio.Lock(), asyncio.Event(), asyncio.Queue(2)
        stuck = create(waits(event))
        taker = create(takes(queue, 6))
        for i in range(6): await queue.put(i)
        await asyncio.gather(taker, *[holds(lock) for _ in range(3)])
        stuck.cancel()
        try: await stuck
        except asyncio.CancelledError: total += 1
        future = loop.create_future()
        loop.call_later(0.0005, future.set_result, 2)
        total += await asyncio.wait_for(future, 60)
        if n % 6 == 0 and handler not in ("raises", "forks"): total += await loop.run_in_executor(None, len, "xyz")
    return total

state = {}
signal.signal(signal.SIGALRM, on_alarm)
for round in range(4):
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    state.update(loop=loop, jobs=[], queue=asyncio.Queue())
    loop.call_soon(str)
    try:
        try:
            arm()
            total = loop.run_until_complete(work(round))
        finally:
            state.pop("loop")
            signal.setitimer(signal.ITIMER_REAL, 0)
    except KeyboardInterrupt:
        if handler != "raises": raise
    else:
        for _ in range(3): loop.run_until_complete(asyncio.sleep(0))
        if state["jobs"]: loop.run_until_complete(asyncio.wait(state["jobs"]))
        print(total, made == ran)
    if handler == "raises":
        print("on")  # what is left of it is dropped
    else:
        loop.close()
print("end", flush=True)
"""


# CPython 3.13.0's walk trips over the frames of a callback that a returning function sets off (its issue 123967).
DUMPED = """
import faulthandler, os, weakref
class Dies: pass
def returns(references):
    dies = Dies()
    references.append(weakref.ref(dies, lambda _: faulthandler.dump_traceback(open(os.devnull, "w"))))
list(map(returns, [[]]))
"""


class Interruption(NamedTuple):
    handler: str
    seed: int
    loop: str
    accelerated: bool
    itself: bool  # the main thread writes

    def __str__(self) -> str:
        how = ", ".join(word for word, holds in (("in C", self.accelerated), ("writing itself", self.itself)) if holds)
        return f"{self.handler}, seed {self.seed}, {self.loop}" + (f", {how}" if how else "")


def plan(runs: int, seed: int) -> List[Interruption]:
    chance = random.Random(seed)
    kinds = ["asyncio"] + ["uvloop"] * (importlib.util.find_spec("uvloop") is not None)
    return [
        Interruption(
            HANDLERS[number % len(HANDLERS)],
            chance.randrange(1 << 30),
            chance.choice(kinds),
            chance.random() < 0.5,
            chance.random() < 0.5,
        )
        for number in range(runs)
    ]


def interruptions(directory: str, runs: int, seed: int) -> Dict[str, Any]:
    """`{runs, seed, failed}`."""
    script = os.path.join(directory, "interrupted.py")
    with open(script, "w", encoding="utf-8") as file:
        file.write(PROGRAM)
    dumps = subprocess.run([sys.executable, "-I", "-c", DUMPED], capture_output=True).returncode == 0
    if not dumps:
        print("faulthandler does not walk stacks: it crashes this interpreter by itself")
    with ThreadPoolExecutor(AT_ONCE) as pool:
        done = pool.map(lambda each: interrupted(directory, script, dumps, *each), enumerate(plan(runs, seed)))
        return {"runs": runs, "seed": seed, "failed": [text for text in done if text]}


def interrupted(directory: str, script: str, dumps: bool, number: int, how: Interruption) -> Optional[str]:
    folder = os.path.join(directory, f"{number}-{how.handler}")
    os.mkdir(folder)
    extra = {"PYTHONPATH": RUNTIME, "ITSELF": "1" if how.itself else "", OFF: "1" if how.accelerated else "0"}
    extra["DUMPS"] = "1" if dumps else ""
    command = [sys.executable, "-W", "ignore", "-m", "loopscope", "run", "-o", os.path.join(folder, "t.looptrace")]
    command += [script, how.handler, str(how.seed), how.loop]
    try:
        done = subprocess.run(command, env=environment(**extra), capture_output=True, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return f"{how}: it did not end"
    said = done.stderr.decode()
    if done.returncode != 0 or not expected(how, done.stdout.decode()) or "loopscope: " in said:
        return f"{how}: status {done.returncode}, output {done.stdout.decode()!r}, {said[-2000:]}"
    for name in sorted(os.listdir(folder)):
        try:
            trace = tracefile.load(os.path.join(folder, name))
        except Exception as error:
            return f"{how}: {name} does not open: {error!r}"
        if name == "t.looptrace" and trace.end != {"reason": "exit"}:
            return f"{how}: the trace ends with {trace.end}"
    return None


def expected(how: Interruption, output: str) -> bool:
    """As without the recorder: the sums are right, and what a handler made has run."""
    lines = output.splitlines()
    if how.handler == "raises":
        return lines[-1:] == ["end"] and lines.count("on") == 4 and set(lines) <= {"1554 True", "on", "end"}
    total = 1554 if how.handler == "forks" else 1560  # without what threads add
    return lines == [*[f"{total} True"] * 4, "end"]


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=40)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--keep")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        found = interruptions(options.keep or directory, options.runs, options.seed)
    for text in found["failed"]:
        print(text)
    print(f"{options.runs} runs: {len(found['failed'])} failed")
    return 1 if found["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
