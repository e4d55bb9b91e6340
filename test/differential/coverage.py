"""Writes coverage.md: which scenario expresses each of CPython 3.13's asyncio tests, or another test, or why none.

`python coverage.py > coverage.md`, with the CPython whose tests are listed; `npm run differential:record` does so.
A scenario names its tests in `@scenario(title, source)`: `test_locks.LockTests.test_acquire; test_queues.test_order`.
A module and a class hold for the names behind them as well; a name that CPython does not have is an error.
"""

import ast
import fnmatch
import pathlib
import re
import sys
import sysconfig

from reasons import ELSEWHERE, LEFT_OUT

HERE = pathlib.Path(__file__).parent
TESTS = pathlib.Path(sysconfig.get_path("stdlib")) / "test" / "test_asyncio"
KINDS = ("scenario", "elsewhere", "left out", "not yet")
MODULES = (
    "tasks",
    "futures",
    "taskgroups",
    "timeouts",
    "waitfor",
    "locks",
    "queues",
    "runners",
    "eager_task_factory",
    "context",
    "threads",
    "pep492",
    "staggered",
    "events",
    "base_events",
    "streams",
    "subprocess",
    "server",
    "protocols",
    "transports",
    "buffered_proto",
    "sock_lowlevel",
    "sendfile",
    "ssl",
    "sslproto",
)


def tests_of(module):
    """The tests of a module: class and name."""
    tree = ast.parse((TESTS / f"test_{module}.py").read_text(encoding="utf-8"))
    for owner in tree.body:
        if isinstance(owner, ast.ClassDef):
            for test in owner.body:
                if isinstance(test, (ast.FunctionDef, ast.AsyncFunctionDef)) and test.name.startswith("test"):
                    yield owner.name, test.name


def scenarios():
    """File, title and source of each."""
    for path in sorted(HERE.glob("*/*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, (ast.AsyncFunctionDef, ast.FunctionDef)) and node.decorator_list:
                title, source = (ast.literal_eval(argument) for argument in node.decorator_list[0].args)
                yield path.stem, title, source


def cited(source, tests):
    """The tests that a source names, as module, class and name."""
    scope = []
    for part in re.split(r"[;,]\s*", source):
        *outer, name = part.split(".")
        scope = outer or scope
        foreign = scope and scope[0].startswith("test_") and scope[0][5:] not in MODULES
        if foreign or not re.fullmatch(r"test_\w+", name) or (name[5:] in MODULES and not scope):
            continue
        for wanted in (scope, scope[:1]):
            found = [test for test in tests if test[2] == name and {f"test_{test[0]}", test[1]}.issuperset(wanted)]
            if found:
                break
        else:
            raise SystemExit(f"CPython has no test {part!r}, which a scenario names: {source!r}")
        yield from found


def matches(pattern, test):
    return all(fnmatch.fnmatchcase(name, part) for name, part in zip(test, pattern, strict=False))


def main():
    tests = [(module, owner, test) for module in MODULES for owner, test in tests_of(module)]
    expressed = {}
    for file, title, source in scenarios():
        for test in cited(source, tests):
            expressed.setdefault(test, []).append(f"{file}: {title}")
    used = set()

    def where(test):
        if test in expressed:
            return "scenario", "; ".join(dict.fromkeys(expressed[test]))
        for kind, patterns in (("elsewhere", ELSEWHERE), ("left out", LEFT_OUT)):
            for pattern in patterns:
                if matches(pattern, test):
                    used.add(pattern)
                    return kind, ": ".join(pattern[3:])
        return "not yet", ""

    rows = {test: where(test) for test in tests}
    for pattern in [*ELSEWHERE, *LEFT_OUT]:
        if pattern not in used:
            raise SystemExit(f"no test of CPython needs this reason: {pattern}")
    print("# CPython's tests and the scenarios\n")
    print("Written by `npm run differential:record`. Change `reasons.py`, or the sources that scenarios name.\n")
    print(
        "| module | tests | by a scenario | by another test | left out | not yet |",
        "| --- | --- | --- | --- | --- | --- |",
        sep="\n",
    )
    for module in [*MODULES, "*"]:
        kinds = [kind for test, (kind, _) in rows.items() if module in (test[0], "*")]
        counts = [len(kinds), *map(kinds.count, KINDS)]
        print(f"| {'all' if module == '*' else f'`test_{module}`'} | {' | '.join(map(str, counts))} |")
    for module in MODULES:
        print(f"\n## test_{module}\n\n| test | how | where, or why not |\n| --- | --- | --- |")
        for test, (kind, words) in rows.items():
            if test[0] == module:
                print(f"| `{test[1]}.{test[2]}` | {kind} | {words} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
