"""Runs the recorder's suite and writes what became of it as JSON: `python run.py REPORT [PATTERN]`."""

import json
import sys
import unittest
from pathlib import Path


class CountingResult(unittest.TextTestResult):
    """A result that also counts what passed."""

    passed = 0

    def addSuccess(self, test: unittest.TestCase) -> None:
        super().addSuccess(test)
        self.passed += 1


def last_lines(trace: str, count: int = 12) -> str:
    """The end of a traceback: the failing line and what it said."""
    return "\n".join(trace.rstrip().splitlines()[-count:])


def main() -> int:
    report, pattern = Path(sys.argv[1]), (sys.argv[2:] or ["test_*.py"])[0]
    here = str(Path(__file__).parent)
    suite = unittest.defaultTestLoader.discover(here, pattern=pattern, top_level_dir=here)
    result = unittest.TextTestRunner(resultclass=CountingResult, verbosity=1).run(suite)
    assert isinstance(result, CountingResult)
    failed = [(test, trace) for test, trace in result.failures + result.errors]
    failed += [(test, "it was expected to fail and passed") for test in result.unexpectedSuccesses]
    outcome = {
        "passed": result.passed,
        "failed": [{"name": str(test), "reason": last_lines(trace)} for test, trace in failed],
        "skipped": [{"name": str(test), "reason": reason} for test, reason in result.skipped],
    }
    report.write_text(json.dumps(outcome), encoding="utf-8")
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
