"""`pytest --loopscope`, in a pytest of its own: `LOOPSCOPE_PYTEST` names an interpreter that has one."""

import os
import re
import signal
import subprocess
import unittest
from typing import Any, Dict, List

import tracefile
from recorded import RUNTIME, ProgramTest, environment

PYTHON = os.environ.get("LOOPSCOPE_PYTEST", "")
WHY = os.environ.get("LOOPSCOPE_PYTEST_MISSING", "LOOPSCOPE_PYTEST names no interpreter with pytest")
TRACES = os.path.join(".loopscope", "pytest")

TESTS = """
import asyncio, sys, unittest
import pytest

@pytest.mark.asyncio
async def test_passes():
    await asyncio.sleep(0.001)

@pytest.mark.asyncio
async def test_fails():
    await asyncio.sleep(0.001)
    assert 1 == 2

@pytest.mark.asyncio
@pytest.mark.parametrize("name", ["a/b", "ü"])
async def test_odd_name(name):
    await asyncio.sleep(0.001)
    assert not name

@pytest.mark.asyncio
async def test_is_slow():
    await asyncio.sleep(0.8)

@pytest.mark.anyio
async def test_anyio():
    await asyncio.sleep(0.001)
    assert 1 == 2

@pytest.fixture
def anyio_backend():
    return "asyncio"

class Case(unittest.IsolatedAsyncioTestCase):
    async def test_case(self):
        await asyncio.sleep(0.001)
        self.fail("by intention")

def test_plain():
    print("printed")
    assert 1 == 2

@pytest.fixture
def broken():
    yield
    raise ValueError("as it ends")

@pytest.mark.asyncio
async def test_teardown(broken):
    await asyncio.sleep(0.001)

@pytest.mark.skip(reason="no")
def test_skipped():
    pass

@pytest.mark.xfail
def test_expected():
    assert 0
"""


@unittest.skipUnless(PYTHON, WHY)
class PytestPlugin(ProgramTest):
    def setUp(self) -> None:
        super().setUp()
        self.write("[pytest]\nasyncio_mode = strict\n", "pytest.ini")

    def begin(self, *options: str, **extra: str) -> "subprocess.Popen[bytes]":
        command = [PYTHON, "-m", "pytest", "-p", "no:cacheprovider", "-p", "loopscope.pytest_plugin", *options]
        return self.start(command, env=environment(PYTHONPATH=RUNTIME, **extra))

    def pytest(self, *options: str, **extra: str) -> str:
        done = self.finish(self.begin(*options, **extra))
        self.status = done.returncode
        return done.stdout.decode() + done.stderr.decode()

    def kept(self) -> List[str]:
        """The traces that are there, by the test's part of their names."""
        where = self.path(TRACES)
        names = sorted(os.listdir(where)) if os.path.isdir(where) else []
        return [re.sub(r"^test_it\.py_|-[0-9a-f]{8}(-gw\d)?\.looptrace$", "", name) for name in names]

    def trace(self, test: str) -> tracefile.Trace:
        where = self.path(TRACES)
        return tracefile.load(os.path.join(where, next(name for name in os.listdir(where) if test in name)))

    def coroutines(self, test: str) -> List[str]:
        """Of the tasks in the test's trace."""
        return [task["coroutine"]["function"] for task in self.trace(test).tasks.values()]

    def outcomes(self, output: str) -> Dict[str, Any]:
        lines = re.findall(r"^test_it\.py::(\S+) (PASSED|FAILED|ERROR|SKIPPED|XFAIL)", output, re.MULTILINE)
        return {name: [outcome for other, outcome in lines if other == name] for name, _ in lines}

    def test_keeps_what_fails_and_what_is_slow(self) -> None:
        self.write(TESTS, "test_it.py")
        plain = self.pytest("-v")
        plain_status = self.status
        self.assertEqual(self.kept(), [])
        output = self.pytest("-v", "--loopscope", "--loopscope-slow", "0.7", "--loopscope-cli", "no-such-command")
        self.assertEqual(self.status, plain_status)
        self.assertEqual(self.outcomes(output), self.outcomes(plain))
        self.assertEqual(len(self.outcomes(output)), 11, output)
        kept = self.kept()
        expected = ["Case_test_case", "test_anyio", "test_fails", "test_is_slow", "test_odd_name_a_b"]
        self.assertEqual(kept, [*expected, "test_odd_name_xfc", "test_plain", "test_teardown"])
        for test in ("test_fails", "test_is_slow"):
            trace = self.trace(test)
            self.assertEqual(trace.end, {"reason": "stopped"})
            self.assertIn(test, self.coroutines(test))
        for name in os.listdir(self.path(TRACES)):
            self.assertIn(name, output)
        self.assertIn("To see what is wrong: loopscope findings", output)
        self.assertIn("printed", output)

    def test_each_trace_holds_its_own_test(self) -> None:
        """Also on a loop that several tests share, and with a lock from the test before."""
        self.write(
            """
            import asyncio, pytest
            loop = asyncio.new_event_loop()
            lock = None
            async def use(name):
                global lock
                lock = lock or asyncio.Lock()
                async with lock:
                    await asyncio.sleep(0.001)
            async def first(): await use("first")
            async def second(): await use("second")
            def test_first():
                loop.run_until_complete(first())
                assert 0
            def test_between():
                loop.run_until_complete(first())
            def test_second():
                loop.run_until_complete(second())
                assert 0
            """,
            "test_it.py",
        )
        self.pytest("--loopscope")
        self.assertEqual(self.kept(), ["test_first", "test_second"])
        for name in ("first", "second"):
            self.assertEqual(self.coroutines(f"test_{name}"), [name])

    def test_a_killed_test_leaves_its_trace(self) -> None:
        self.write(
            """
            import asyncio, pytest
            def test_passes(): pass
            @pytest.mark.asyncio
            async def test_hangs():
                await asyncio.get_running_loop().create_future()
            """,
            "test_it.py",
        )
        process = self.begin("--loopscope", "--loopscope-hung", "0.2")
        assert process.stderr
        said = b""
        while b"runs since" not in said:
            line = process.stderr.readline()
            self.assertTrue(line, "pytest ended")
            said += line
        self.assertIn(b"test_it.py::test_hangs runs since 0.2 s; its trace so far: ", said)
        process.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
        process.wait()
        self.assertEqual(self.kept(), ["test_hangs"])
        self.assertEqual(self.trace("test_hangs").end, None)
        self.assertIn("test_hangs", self.coroutines("test_hangs"))

    def test_findings_of_a_command_line(self) -> None:
        """The report says what the command prints, whatever it is; a command that fails is not missed."""
        self.write("def test_fails():\n    assert 0\n", "test_it.py")
        self.write("import sys; print('found in', *sys.argv[1:])", "says.py")
        output = self.pytest("--loopscope", "--loopscope-cli", f"{PYTHON} says.py")
        self.assertRegex(output, r"found in findings \S+test_fails-[0-9a-f]{8}\.looptrace")
        self.write("import sys; print('no use'); sys.exit(2)", "says.py")
        output = self.pytest("--loopscope", "--loopscope-cli", f"{PYTHON} says.py")
        self.assertNotIn("no use", output)
        self.assertIn("To see what is wrong: loopscope findings", output)

    def test_in_xdists_workers(self) -> None:
        self.write(TESTS, "test_it.py")
        output = self.pytest("-n", "2", "--loopscope", "--loopscope-slow", "0.7", "--loopscope-cli", "no-such-command")
        self.assertEqual(len(self.kept()), 8, output)
        for name in os.listdir(self.path(TRACES)):
            self.assertRegex(name, r"-gw[01]\.looptrace$")
            self.assertIn(name, output)

    def test_a_directory_that_cannot_be(self) -> None:
        self.write("def test_passes(): pass", "test_it.py")
        self.write("", "file")
        output = self.pytest("--loopscope", "--loopscope-dir", "file/traces")
        self.assertEqual(self.status, 0)
        self.assertIn("--loopscope does nothing", output)

    def test_a_process_that_is_recorded_already(self) -> None:
        self.write("def test_fails(): assert 0", "test_it.py")
        inject = os.path.join(RUNTIME, "inject")
        command = [PYTHON, "-m", "pytest", "-p", "no:cacheprovider", "-p", "loopscope.pytest_plugin", "--loopscope"]
        path = os.pathsep.join([inject, RUNTIME])
        done = self.finish(self.start(command, env=environment(PYTHONPATH=path, LOOPSCOPE=self.path("all.looptrace"))))
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"this process is recorded already", done.stdout)
        self.assertEqual(self.traces(), ["all.looptrace"])

    def test_forked_children(self) -> None:
        """Their traces are kept with the test's, and go with it."""
        if not hasattr(os, "fork"):
            self.skipTest("no fork")
        self.write(
            """
            import asyncio, os, pytest, sys
            @pytest.mark.parametrize("fails", [False, True])
            @pytest.mark.filterwarnings("ignore")
            def test_forks(fails):
                pid = os.fork()
                if pid == 0:
                    asyncio.run(asyncio.sleep(0.001))
                    os._exit(0)
                os.waitpid(pid, 0)
                assert not fails
            """,
            "test_it.py",
        )
        self.pytest("--loopscope")
        names = sorted(os.listdir(self.path(TRACES)))
        self.assertEqual(len(names), 2, names)
        self.assertTrue(all("True" in name for name in names), names)


if __name__ == "__main__":
    unittest.main()
