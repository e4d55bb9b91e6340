"""Which row of the coverage table in docs/recorder.md a test proves: `@proves("sleep")`. The rows are in rows.json."""

import json
import os
from typing import Any, Callable, Dict, List, TypeVar

Test = TypeVar("Test", bound=Callable[..., Any])

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "rows.json"), encoding="utf-8") as file:
    ROWS: List[Dict[str, str]] = json.load(file)
IDS = [row["id"] for row in ROWS]


def proves(*rows: str) -> Callable[[Test], Test]:
    """Mark a test method; a row that is not in rows.json is an error."""
    for row in rows:
        if row not in IDS:
            raise ValueError(f"rows.json has no row {row!r}")

    def mark(test: Test) -> Test:
        test.rows = rows  # type: ignore[attr-defined]
        return test

    return mark


def rows_of(test: Any) -> List[str]:
    """The rows that a test, as `unittest` runs it, proves."""
    return list(getattr(getattr(test, getattr(test, "_testMethodName", ""), None), "rows", ()))
