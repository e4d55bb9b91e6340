"""What a program is called that a debugger started, by command lines of debugpy 1.8."""

import os
import sys
import unittest

from recorded import RUNTIME

sys.path.insert(0, RUNTIME)

from loopscope._debuggers import code_without_debugger, debugged

LAUNCHER = os.path.join("packages", "debugpy", "launcher", "..", "..", "debugpy")
CONNECT = ["--connect", "127.0.0.1:52221", "--configure-qt", "none", "--adapter-access-token", "c73b66"]
PYDEVD = ["--port", "39103", "--ppid", "7010", "--client-access-token", "5dbd9d", "--multiprocess"]
SETTRACE = (
    "import sys; sys.path.insert(0, r'packages/pydevd'); import pydevd; pydevd.config('http_json', 'debugpy-dap'); "
    "pydevd.settrace(host='127.0.0.1', port=39103, suspend=False, access_token=None, "
    "__setup_holder__={'client': '127.0.0.1', 'ppid': 7010}); "
)


class Debugged(unittest.TestCase):
    def test_the_program_is_what_stands_behind_the_debuggers_options(self) -> None:
        for argv, program in (
            ([LAUNCHER, *CONNECT, "bank.py", "--fast"], ["bank.py", "--fast"]),
            ([LAUNCHER, *CONNECT, "-m", "uvicorn", "server:app"], ["-m", "uvicorn", "server:app"]),
            ([LAUNCHER, *CONNECT, "-c", "print(1)", "x"], ["-c", "x"]),
            (["-m", "debugpy", "--listen", "5678", "--wait-for-client", "bank.py"], ["bank.py"]),
            (["pydevd.py", *PYDEVD, "--file", "worker.py", "worker"], ["worker.py", "worker"]),
            (["pydevd.py", *PYDEVD, "--module", "--file", "pack.tool", "x"], ["-m", "pack.tool", "x"]),
        ):
            with self.subTest(argv[0]):
                self.assertEqual(debugged(argv), program)

    def test_any_other_program_is_itself(self) -> None:
        for argv in ([""], ["bank.py", "--file", "x"], ["-m", "bank"], ["-c", "debugpy"], ["debugpy"]):
            with self.subTest(argv):
                self.assertEqual(debugged(argv), argv)

    def test_code_is_what_stands_behind_pydevds(self) -> None:
        for code in ("from multiprocessing.resource_tracker import main;main(5)", "d = {}; print(d); print({1}); "):
            with self.subTest(code):
                self.assertEqual(code_without_debugger(code), code)
                self.assertEqual(code_without_debugger(SETTRACE + code), code)


if __name__ == "__main__":
    unittest.main()
