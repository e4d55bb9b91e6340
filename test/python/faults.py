"""A fault in every function of the recorder in turn.

A program runs under the recorder once for each function that it makes the recorder call, Python's and, where the
accelerator is built, C's; there the function raises at its first call, then at one in the middle. The program's output
and status must be its own, stderr one sentence at most, and what there is of a trace must open.
"""

import itertools
import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Dict, List, NamedTuple, Tuple

import tracefile
from recorded import INJECT, OFF, RUNTIME, environment, heed_interrupts

AT_ONCE = 2  # runs: they mostly wait
SOURCES = os.path.join(RUNTIME, "loopscope", "accelerator")
STOPPED = "recording stopped: RuntimeError: a bug of the recorder; the program goes on."
NOT_STARTED = "recording did not start: RuntimeError: a bug of the recorder; the program goes on."
NO_CHANNEL = "there is no control channel: a bug of the recorder"
# What ends a recording after a fault; and the guards themselves, which asyncio and Python call: all else is below one.
EXEMPT = (
    *("Recorder.broke", "Recorder.leave", "Recorder.quiet", "_recorder.complain", "_errors.", "Output.close"),
    *(
        "PythonQueue.",
        ".__set__",
        ".__get__",
        "_TellingGlobals.__getitem__",
        "Helper._run",
        "_process._guarded",
        "_process._heard_later",
        "_process.at_exit",
        "_caught._called",
    ),
)

PROGRAM = """
import asyncio, os, signal, socket, sys, threading, warnings
async def waits(event):
    await event.wait()
async def fails():
    raise ValueError(1)
async def spins():
    while True: await asyncio.sleep(0)
async def numbers():
    yield 1
    yield 2
async def answers(reader, writer):
    await reader.read(1)
    writer.write(b"answer")
    writer.close()
async def limited(event):
    async with asyncio.timeout(0.001): await event.wait()
async def grouped(event):
    async with asyncio.TaskGroup() as group:
        group.create_task(waits(event))
        group.create_task(fails())
async def main():
    loop, event, queue = asyncio.get_event_loop(), asyncio.Event(), asyncio.Queue()
    task = asyncio.ensure_future(waits(event))
    waiting = asyncio.ensure_future(queue.get())
    loop.set_exception_handler(lambda loop, context: None)
    for _ in range(3): await asyncio.sleep(0)
    await asyncio.sleep(0.005)
    event.set()
    await task
    waiting.cancel()
    failed, cancelled = await asyncio.gather(fails(), waiting, return_exceptions=True)
    gathering = asyncio.gather(spins(), waits(asyncio.Event()))
    for _ in range(2): await asyncio.sleep(0)
    gathering.cancel()
    await asyncio.wait([gathering])
    if sys.version_info >= (3, 11):
        await asyncio.gather(limited(asyncio.Event()), grouped(asyncio.Event()), return_exceptions=True)
    loop.call_soon(print, "called")
    loop.add_signal_handler(signal.SIGUSR1, event.clear)
    os.kill(os.getpid(), signal.SIGUSR1)
    gate = threading.Event()
    loop.call_later(0.01, gate.set)
    await loop.run_in_executor(None, gate.wait)
    threading.Thread(target=loop.call_soon_threadsafe, args=(event.set,)).start()
    await event.wait()
    async with asyncio.Lock(), asyncio.Semaphore(): queue.put_nowait(1)
    loop.call_later(9, print).cancel()
    async for _ in numbers(): break
    await loop.getaddrinfo("127.0.0.1", 80)
    left, right = socket.socketpair()
    left.setblocking(False)
    reading = asyncio.ensure_future(loop.sock_recv(left, 1))
    await asyncio.sleep(0)
    right.send(b"x")
    await reading
    left.close()
    right.close()
    server = await asyncio.start_server(answers, "127.0.0.1", 0)
    for how in ("write", "sendfile"):
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        if how == "write": writer.write(b"question")
        else:
            with open(__file__, "rb") as file: await loop.sendfile(writer.transport, file)
        try: assert await reader.read() == b"answer"
        except ConnectionError: pass  # the other end did not read all of the file
        writer.close()
    server.close()
    process = await asyncio.create_subprocess_exec("cat", stdin=-1)
    process.terminate()
    await process.wait()
    warnings.simplefilter("ignore")
    for n in range(40): queue.put_nowait(n)
    for _ in range(3):
        asyncio.Event().set()
        queue.get_nowait()
        queue.put_nowait(1)
        fails()
        loop.call_exception_handler({"message": "x"})
    if sys.version_info >= (3, 12):
        loop.set_task_factory(asyncio.eager_task_factory)
        await asyncio.create_task(asyncio.sleep(0))
    child = os.fork()
    if child == 0: os._exit(0)
    os.waitpid(child, 0)
    await asyncio.sleep(0.12)
    print(type(failed).__name__, type(cancelled).__name__)
    return 6
sys.exit(asyncio.run(main()))
"""
OUTPUT = b"called\nValueError CancelledError\n"

# Runs before the program, in the place of inject/sitecustomize.py, which it then runs.
CUSTOMIZE = """
import atexit, collections, importlib, json, os, pkgutil, runpy, sys, types
sys.path.remove(os.path.dirname(os.path.abspath(__file__)))
WANTED, AFTER = os.environ["FAULT"], int(os.environ["AFTER"])
INJECT, RUNTIME, COUNTS = {inject!r}, {runtime!r}, {counts!r}
counts = collections.Counter()
pid = os.getpid()
def faulty(plain, name):
    def function(*args, **kwargs):
        counts[name] += 1
        if name == WANTED and counts[name] > AFTER: raise RuntimeError("a bug of the recorder")
        return plain(*args, **kwargs)
    return function
def spoil():
    import loopscope
    apart = ("__main__", "_accelerate", "_build", "_cli", "_inject", "_inprocess", "_reexec", "pytest_plugin")
    names = [each.name for each in pkgutil.iter_modules(loopscope.__path__) if each.name not in apart]
    modules = [importlib.import_module("loopscope." + name) for name in names]
    made = {{}}
    def replaced(value, name):
        if type(value) is not types.FunctionType or not value.__module__.startswith("loopscope."): return value
        if WANTED not in ("", name): return value
        if value not in made: made[value] = faulty(value, name)
        return made[value]
    for module in modules:
        for name, value in list(vars(module).items()):
            home = getattr(value, "__module__", "")
            if type(value) is types.FunctionType and home.startswith("loopscope."):
                setattr(module, name, replaced(value, home[10:] + "." + value.__qualname__))
            elif isinstance(value, type) and home == module.__name__:
                for method, function in list(vars(value).items()):
                    if method not in ("__new__", "__init_subclass__") and type(function) is types.FunctionType:
                        setattr(value, method, replaced(function, home[10:] + "." + function.__qualname__))
sys.path.insert(0, RUNTIME)
if WANTED.startswith("c:"):
    from loopscope import _accelerate
    _accelerate.fault(WANTED[2:], AFTER)
else: spoil()
import asyncio
from loopscope import _hooks
plain_install, FRESH = _hooks.install, os.environ["FRESH"] == "1"
_hooks.install = lambda current, on_loop, fresh, level: plain_install(current, on_loop, FRESH, level)
sys.path.remove(RUNTIME)
if not WANTED: atexit.register(lambda: os.getpid() == pid and json.dump(counts, open(COUNTS, "w")))
runpy.run_path(os.path.join(INJECT, "sitecustomize.py"))
"""


class Run(NamedTuple):
    wrong: List[str]  # empty where all is well
    said: List[str]  # lines of stderr
    home: str  # its directory


class Runs:
    """Runs of a program in directories of their own. It ends with status 6."""

    def __init__(self, directory: str, program: str = PROGRAM, output: bytes = OUTPUT) -> None:
        self._directory = directory
        self._program = program
        self._output = output
        self._numbers = itertools.count()

    def run(self, fault: str, after: int, in_python: bool, fresh: bool) -> Run:
        """`fault` is a function by its module and name, or `c:` and a place in the accelerator; '' = none.

        `fresh`: as in a process that is recorded from before it imports asyncio.
        """
        home = os.path.join(self._directory, str(next(self._numbers)))
        os.mkdir(home)
        counts = os.path.join(home, "counts.json")
        for name, text in (
            ("sitecustomize.py", CUSTOMIZE.format(inject=INJECT, runtime=RUNTIME, counts=counts)),
            ("program.py", self._program),
        ):
            with open(os.path.join(home, name), "w", encoding="utf-8") as file:
                file.write(text)
        extra = {OFF: "0"} if in_python else {}
        extra["FRESH"] = str(int(fresh))
        env = environment(FAULT=fault, AFTER=str(after), PYTHONPATH=home, LOOPSCOPE=home + os.sep, **extra)
        try:
            done = subprocess.run(
                [sys.executable, os.path.join(home, "program.py")],
                cwd=home,
                env=env,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=120,
                preexec_fn=heed_interrupts,
            )
        except subprocess.TimeoutExpired:
            return Run(["it did not end"], [], home)
        wrong = []
        if (done.returncode, done.stdout) != (6, self._output):
            wrong.append(f"status {done.returncode}, output {done.stdout!r}, {done.stderr.decode()[-600:]}")
        said = done.stderr.decode().splitlines()
        # In the forked child the recorder is another one, and says it too; the control channel speaks for itself.
        stopped = [line for line in said if STOPPED in line]
        if len(stopped) > 2 or any(
            STOPPED not in line and NOT_STARTED not in line and NO_CHANNEL not in line for line in said
        ):
            wrong.append(f"stderr: {done.stderr.decode()[-600:]}")
        for name in os.listdir(home):
            if name.endswith(".looptrace"):
                try:
                    tracefile.load(os.path.join(home, name))
                except Exception as error:
                    wrong.append(f"{name} does not open: {error!r}")
        return Run(wrong, said, home)

    def called(self, fresh: bool) -> Dict[str, int]:
        """How often the program makes the recorder call each of its functions."""
        plain = self.run("", 0, True, fresh)
        if plain.wrong:
            raise SystemExit(f"The program does not run: {plain.wrong}")
        with open(os.path.join(plain.home, "counts.json"), encoding="utf-8") as file:
            return dict(json.load(file))


def faults(directory: str) -> Dict[str, Any]:
    """`{python: {places, runs, failed}, c: …}`."""
    runs = Runs(directory)
    plan: Dict[str, List[Tuple[str, int, bool, bool]]] = {"python": []}
    seen: Dict[str, int] = {}
    for fresh in (False, True):
        called = {name: count for name, count in runs.called(fresh).items() if name not in seen}
        seen.update(called)
        for name, count in sorted(called.items()):
            if any(part in name for part in EXEMPT):
                continue
            plan["python"] += [(name, after, True, fresh) for after in sorted({0, count // 2})]
    if built():
        plan["c"] = list(itertools.product([f"c:{name}" for name in places_in_c()], (0, 2), (False,), (False, True)))
    found = {}
    for language, pairs in plan.items():
        with ThreadPoolExecutor(AT_ONCE) as pool:
            done = list(pool.map(lambda pair: runs.run(*pair), pairs))
        failed = [
            f"{name}, call {after + 1}: {text}" for (name, after, _, _), run in zip(pairs, done) for text in run.wrong
        ]
        found[language] = {"places": len({name for name, *_ in pairs}), "runs": len(pairs), "failed": failed}
    return found


def places_in_c() -> List[str]:
    """Where the accelerator's sources can be made to fail."""
    found = set()
    for name in os.listdir(SOURCES):
        with open(os.path.join(SOURCES, name), encoding="utf-8") as file:
            found.update(re.findall(r'\bFAULT\("(\w+)"\)', file.read()))
    return sorted(found)


def built() -> bool:
    env = environment(PYTHONPATH=RUNTIME)
    return subprocess.run([sys.executable, "-c", "import loopscope._accelerate"], env=env, stderr=-3).returncode == 0
