"""Running real programs with and without the recorder."""

import atexit
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import unittest
from typing import Any, Dict, List, Optional

import tracefile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
RUNTIME = os.path.join(ROOT, "runtime", "python")
OFF = "LOOPSCOPE_ACCELERATOR"
INJECT = os.path.join(RUNTIME, "inject")
# An editor of the same user that watches live processes asks each for samples: it must not find those of a test.
CHANNELS = tempfile.mkdtemp(prefix="loopscope-")
atexit.register(shutil.rmtree, CHANNELS, ignore_errors=True)

# `LONG` of classes that take half of a suite's time (`run.py --brief`).
AT_ENDS = "takes long: run on the oldest and the newest interpreter"


def environment(**extra: str) -> Dict[str, str]:
    """That of this process, without what would record it or change Python; whether to use the accelerator is kept."""
    kept = (OFF,)
    env = {n: value for n, value in os.environ.items() if n in kept or not n.startswith(("LOOPSCOPE", "PYTHON"))}
    env["LOOPSCOPE_CONTROL"] = CHANNELS
    env.update(extra)
    return env


def heed_interrupts() -> None:
    """In the program's process: a shell's background job would ignore Ctrl-C, and its children inherit that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class ProgramTest(unittest.TestCase):
    """A test with a directory of its own, in which programs are written and run."""

    def setUp(self) -> None:
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = os.path.realpath(directory.name)

    def lines(self, source: str) -> Dict[str, int]:
        """Line numbers of `# mark` comments, as `write` will place them."""
        found = {}
        for number, line in enumerate(source.lstrip("\n").splitlines(), 1):
            if "# " in line:
                found[line.rpartition("# ")[2].strip()] = number
        return found

    def write(self, source: str, name: str = "program.py") -> str:
        path = os.path.join(self.directory, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(textwrap.dedent(source).lstrip("\n"))
        return path

    def path(self, name: str) -> str:
        return os.path.join(self.directory, name)

    def command(self, *arguments: str, output: Optional[str] = "t.looptrace") -> List[str]:
        where = ["-o", output] if output else []
        return [sys.executable, "-m", "loopscope", "run", *where, *arguments]

    def start(self, command: List[str], **options: Any) -> "subprocess.Popen[bytes]":
        env = options.pop("env", None) or environment(PYTHONPATH=RUNTIME)
        defaults: Dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        defaults["preexec_fn"] = heed_interrupts
        defaults.update(options)
        process = subprocess.Popen(command, cwd=self.directory, env=env, **defaults)
        self.addCleanup(self._end, process)
        return process

    @staticmethod
    def _end(process: "subprocess.Popen[bytes]") -> None:
        if process.poll() is None:
            process.kill()
        process.communicate()

    def finish(self, process: "subprocess.Popen[bytes]") -> "subprocess.CompletedProcess[bytes]":
        out, err = process.communicate(timeout=60)
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def run_recorded(
        self, *arguments: str, output: Optional[str] = "t.looptrace", **options: Any
    ) -> "subprocess.CompletedProcess[bytes]":
        return self.finish(self.start(self.command(*arguments, output=output), **options))

    def record(self, source: str, *arguments: str, status: int = 0) -> tracefile.Trace:
        """Record a program given as text; it must end with `status`, its output is in `self.done`."""
        path = self.write(source)
        self.done = self.run_recorded(path, *arguments)
        self.assertEqual(self.done.returncode, status, self.done.stderr.decode())
        return self.load()

    def load(self, name: str = "t.looptrace") -> tracefile.Trace:
        return tracefile.load(self.path(name))

    def traces(self) -> List[str]:
        return sorted(name for name in os.listdir(self.directory) if name.endswith(".looptrace"))

    def assert_well_formed(self, trace: tracefile.Trace) -> None:
        """Steps of a loop do not overlap, every step ends, and a lane follows the states of the design."""
        state: Dict[int, str] = {}
        for event in sorted(trace.events, key=lambda e: e.time):
            if event.kind == "TASK_CREATE":
                self.assertNotIn(event.a, state)
                state[event.a] = "ready"
            elif event.kind == "STEP_BEGIN":
                self.assertEqual(state[event.a], "ready", f"task {event.a} at {event.time}")
                state[event.a] = "running"
            elif event.kind in tracefile.STEP_ENDS:
                self.assertEqual(state[event.a], "running")
                state[event.a] = {"STEP_SUSPEND": "waiting", "STEP_YIELD": "ready"}.get(event.kind, "ended")
            elif event.kind == "TASK_READY":
                self.assertEqual(state[event.a], "waiting")
                state[event.a] = "ready"
