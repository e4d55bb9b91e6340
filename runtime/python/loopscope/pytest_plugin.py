"""`pytest --loopscope`: a trace of each test that fails, hangs or is slow.

Every test is recorded to a file of its own; the file of a test that passes in time is deleted. A test that is killed,
hanging, leaves its file. What the tests do and how they end is the same as without the option.
"""

import glob
import hashlib
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from typing import Any, Generator, List, Optional

import pytest

CLI_TIMEOUT_S = 30
NAME_LENGTH = 100


def pytest_addoption(parser: Any) -> None:
    group = parser.getgroup("loopscope", "traces of asyncio tests")
    group.addoption(
        "--loopscope", action="store_true", help="record each test; keep the traces of failed, hung, slow ones"
    )
    group.addoption(
        "--loopscope-dir",
        default=os.path.join(".loopscope", "pytest"),
        metavar="DIR",
        help="where traces are kept (default: .loopscope/pytest below the root directory)",
    )
    group.addoption(
        "--loopscope-slow",
        type=float,
        default=10.0,
        metavar="SECONDS",
        help="a test that takes longer is slow (default: 10)",
    )
    group.addoption(
        "--loopscope-hung",
        type=float,
        default=60.0,
        metavar="SECONDS",
        help="say on stderr which test runs, and where its trace is, after so long (default: 60; 0 = never)",
    )
    group.addoption(
        "--loopscope-cli",
        metavar="COMMAND",
        help="Loopscope's command line, which says what is wrong in a trace (default: loopscope, if there is one)",
    )


def pytest_configure(config: Any) -> None:
    if config.getoption("--loopscope"):
        config.pluginmanager.register(Traces(config), "loopscope.traces")


class Traces:
    """The traces of a session; in each of xdist's workers its own."""

    def __init__(self, config: Any) -> None:
        self.directory = os.path.join(str(config.rootpath), config.getoption("--loopscope-dir"))
        self.slow_s: float = config.getoption("--loopscope-slow")
        self.hung_s: float = config.getoption("--loopscope-hung")
        self.cli = _command_line(config.getoption("--loopscope-cli"))
        self.worker: Optional[str] = getattr(config, "workerinput", {}).get("workerid")
        self.since = time.time()
        self.path: Optional[str] = None
        self.failed = False
        self.problem = ""
        self.stderr = _own_stderr()
        self.ready = self._prepare()

    def _prepare(self) -> bool:
        from . import _process

        if _process.recording():
            self.problem = "--loopscope does nothing: this process is recorded already"
        else:
            try:
                os.makedirs(self.directory, exist_ok=True)
                return True
            except OSError as error:
                self.problem = f"--loopscope does nothing: {error}"
        return False

    def pytest_report_header(self) -> str:
        return f"loopscope: {self.problem or 'traces of failed, hung and slow tests: ' + self.directory}"

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: Any) -> Generator[None, Any, None]:
        if not self.ready:
            yield
            return
        self.failed = False
        began = time.monotonic()
        self._begin(item.nodeid, began)
        yield
        self._end(time.monotonic() - began)

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(self) -> Generator[None, Any, None]:
        outcome = yield
        report = outcome.get_result()
        if report.failed and self.path is not None:
            self.failed = True
            report.sections.append(("loopscope", self._story(self.path)))

    def _begin(self, nodeid: str, began: float) -> None:
        from . import _command, _process

        path = os.path.join(self.directory, _file_name(nodeid, self.worker))
        told = [not self.hung_s > 0]

        def look() -> None:
            if not told[0] and time.monotonic() - began >= self.hung_s:
                told[0] = True
                self._tell(f"\nloopscope: {nodeid} runs since {self.hung_s:g} s; its trace so far: {path}\n")

        for old in [path, *_of_children(path)]:
            _remove(old)
        if not _process.recording() and _process.start(path, _command.this_program(), replace=True) is None:
            self.ready = False
            return
        self.path = path if _process.renew(path, look) else None

    def _end(self, took_s: float) -> None:
        from . import _process

        path, self.path = self.path, None
        if path is None:
            return
        _process.stop()
        if not self.failed and took_s < self.slow_s:
            for trace in [path, *_of_children(path)]:
                _remove(trace)

    def _story(self, path: str) -> str:
        """What a failed test's report says: its trace, and what is wrong in it, or how to find out."""
        from . import _process

        _process.flush()
        traces = [path, *_of_children(path)]
        told = self._findings(traces)
        if told is None:
            told = f"To see what is wrong: loopscope findings {' '.join(map(shlex.quote, traces))}"
        return "\n".join([f"trace: {trace}" for trace in traces] + [told])

    def _findings(self, traces: List[str]) -> Optional[str]:
        if self.cli is None:
            return None
        try:
            done = subprocess.run(
                [*self.cli, "findings", *traces],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=CLI_TIMEOUT_S,
            )
        except (OSError, subprocess.SubprocessError):
            return None
        return done.stdout.decode("utf-8", "replace").rstrip() if done.returncode == 0 else None

    def _tell(self, text: str) -> None:
        try:
            if self.stderr is not None:
                os.write(self.stderr, text.encode("utf-8", "replace"))
        except OSError:
            pass

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """In the process that reports: also the traces that xdist's workers kept."""
        kept = [
            path for path in glob.glob(os.path.join(glob.escape(self.directory), "*.looptrace")) if self._is_new(path)
        ]
        if kept:
            terminalreporter.section("loopscope")
            for path in sorted(kept):
                terminalreporter.write_line(path)

    def _is_new(self, path: str) -> bool:
        try:
            return os.path.getmtime(path) >= self.since - 1
        except OSError:
            return False

    def pytest_unconfigure(self) -> None:
        if self.stderr is not None:
            os.close(self.stderr)
            self.stderr = None


def _file_name(nodeid: str, worker: Optional[str]) -> str:
    """Readable, short enough for a file name, and no two tests alike."""
    readable = re.sub(r"[^\w.=-]+", "_", nodeid)[-NAME_LENGTH:].strip("_.-")
    digest = hashlib.sha256(nodeid.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return "-".join([readable, digest, *([worker] if worker else [])]) + ".looptrace"


def _of_children(path: str) -> List[str]:
    """The traces of processes that the test forked."""
    return sorted(glob.glob(glob.escape(path[: -len(".looptrace")]) + "-[0-9]*.looptrace"))


def _remove(path: str) -> None:
    try:
        os.remove(path)
    except OSError:
        pass


def _command_line(given: Optional[str]) -> Optional[List[str]]:
    """The command that prints findings; None where there is none. Nothing is downloaded for it."""
    if given:
        return shlex.split(given)
    found = shutil.which("loopscope")
    if found:
        return [found]
    npx = shutil.which("npx")
    if npx is None:
        return None
    command = [npx, "--no-install", "loopscope"]
    try:
        done = subprocess.run(
            [*command, "--help"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=CLI_TIMEOUT_S,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return command if done.returncode == 0 else None


def _own_stderr() -> Optional[int]:
    """Past pytest's capture, which is off while pytest is configured."""
    try:
        return os.dup(sys.stderr.fileno())
    except (AttributeError, OSError, ValueError):
        return None
