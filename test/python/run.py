"""Runs the recorder's suite and writes what became of it as JSON: `python run.py REPORT [PATTERN…]`."""

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


def main() -> int:
    report, patterns = Path(sys.argv[1]), sys.argv[2:] or ["test_*.py"]
    here = str(Path(__file__).parent)
    loader = unittest.defaultTestLoader
    suite = unittest.TestSuite(loader.discover(here, pattern=pattern, top_level_dir=here) for pattern in patterns)
    result = unittest.TextTestRunner(resultclass=CountingResult, verbosity=1).run(suite)
    assert isinstance(result, CountingResult)
    failed = [test for test, _ in result.failures + result.errors] + result.unexpectedSuccesses
    outcome = {
        "passed": result.passed,
        "failed": [str(test) for test in failed],
        "skipped": [{"name": str(test), "reason": reason} for test, reason in result.skipped],
    }
    report.write_text(json.dumps(outcome), encoding="utf-8")
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
