"""Runs the recorder's suite and writes what became of it as JSON: `run.py REPORT [PATTERN…] [--proofs] [--brief]`.

With `--proofs` only the tests that prove a row of rows.json; with `--brief` without the classes that are `LONG`, whose
value says where they run instead. Each class of tests runs in a process of its own, as many
at once as there are processors; `--class MODULE.CLASS` is such a process.

`rows` in it says by row of rows.json which tests that prove the row passed, failed, or were skipped and why;
`uvloop` does for the tests of uvloop's loops.
"""

import json
import os
import subprocess
import sys
import tempfile
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Dict, Iterator, List

from rows import IDS, rows_of


def no_proofs() -> Dict[str, Dict[str, List[str]]]:
    return {row: {"passed": [], "skipped": [], "failed": []} for row in IDS}


class CountingResult(unittest.TextTestResult):
    """A result that also counts what passed."""

    passed = 0

    def startTestRun(self) -> None:
        super().startTestRun()
        self.rows = no_proofs()
        self.uvloop = no_proofs()

    def addSuccess(self, test: unittest.TestCase) -> None:
        super().addSuccess(test)
        self.passed += 1
        self._proven(test, "passed", str(test))

    def addSkip(self, test: unittest.TestCase, reason: str) -> None:
        super().addSkip(test, reason)
        self._proven(test, "skipped", reason)

    def addFailure(self, test: unittest.TestCase, err: Any) -> None:
        super().addFailure(test, err)
        self._proven(test, "failed", str(test))

    def addError(self, test: unittest.TestCase, err: Any) -> None:
        super().addError(test, err)
        self._proven(test, "failed", str(test))

    def addSubTest(self, test: unittest.TestCase, subtest: unittest.TestCase, err: Any) -> None:
        super().addSubTest(test, subtest, err)
        if err is not None:
            self._proven(test, "failed", str(subtest))

    def _proven(self, test: unittest.TestCase, how: str, text: str) -> None:
        for row in rows_of(test):
            rows = self.uvloop if getattr(type(test), "UVLOOP", False) else self.rows
            rows[row][how].append(text)


def tests_of(suite: Any) -> Iterator[unittest.TestCase]:
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from tests_of(test)
        else:
            yield test


def last_lines(trace: str, count: int = 12) -> str:
    """The end of a traceback: the failing line and what it said."""
    return "\n".join(trace.rstrip().splitlines()[-count:])


def run_here(report: Path, suite: unittest.TestSuite) -> int:
    result = unittest.TextTestRunner(resultclass=CountingResult, verbosity=1).run(suite)
    assert isinstance(result, CountingResult)
    failed = [(test, trace) for test, trace in result.failures + result.errors]
    failed += [(test, "it was expected to fail and passed") for test in result.unexpectedSuccesses]
    outcome = {
        "passed": result.passed,
        "failed": [{"name": str(test), "reason": last_lines(trace)} for test, trace in failed],
        "skipped": [{"name": str(test), "reason": reason} for test, reason in result.skipped],
        "rows": result.rows,
        "uvloop": result.uvloop,
    }
    report.write_text(json.dumps(outcome), encoding="utf-8")
    return 0 if result.wasSuccessful() else 1


def run_apart(name: str, options: List[str]) -> Dict[str, Any]:
    """The outcome of one class of tests, run in a process of its own; what it printed is shown in one piece."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        command = [sys.executable, __file__, str(report), "--class", name, *options]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        sys.stderr.write(f"{name}\n{done.stdout.decode(errors='replace')}")
        sys.stderr.flush()
        if report.exists():
            outcome: Dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
            return outcome
    reason = f"its process ended with status {done.returncode} and left no report"
    return {"passed": 0, "failed": [{"name": name, "reason": reason}], "skipped": [], "rows": {}, "uvloop": {}}


def merged(outcomes: List[Dict[str, Any]]) -> Dict[str, Any]:
    whole: Dict[str, Any] = {"passed": 0, "failed": [], "skipped": [], "rows": no_proofs(), "uvloop": no_proofs()}
    for outcome in outcomes:
        for part in ("passed", "failed", "skipped"):
            whole[part] += outcome[part]
        for loops in ("rows", "uvloop"):
            for row, proofs in outcome[loops].items():
                for how, texts in proofs.items():
                    whole[loops][row][how] += texts
    return whole


def name_of(tests: type) -> str:
    return f"{tests.__module__}.{tests.__qualname__}"


def main() -> int:
    proofs = [argument for argument in sys.argv[1:] if argument == "--proofs"]
    brief = "--brief" in sys.argv
    arguments = [argument for argument in sys.argv[1:] if argument not in ("--proofs", "--brief")]
    report, patterns = Path(arguments[0]), arguments[1:] or ["test_*.py"]
    here = str(Path(__file__).parent)
    loader = unittest.defaultTestLoader
    alone = patterns[0] == "--class"
    found = (
        [loader.loadTestsFromName(patterns[1])]
        if alone
        else [loader.discover(here, pattern=pattern, top_level_dir=here) for pattern in patterns]
    )
    tests = [test for test in tests_of(found) if not proofs or rows_of(test)]
    if alone:
        return run_here(report, unittest.TestSuite(tests))
    classes = {name_of(type(test)): type(test) for test in tests if type(test).__module__.startswith("test_")}
    left_out = {name: each.LONG for name, each in classes.items() if brief and getattr(each, "LONG", "")}
    names = [name for name in classes if name not in left_out]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        outcome = merged(list(pool.map(lambda name: run_apart(name, proofs), names)))
    outcome["skipped"] += [{"name": name, "reason": reason} for name, reason in left_out.items()]
    outcome["failed"] += [{"name": "a module that cannot be loaded", "reason": last_lines(e)} for e in loader.errors]
    report.write_text(json.dumps(outcome), encoding="utf-8")
    return 1 if outcome["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
