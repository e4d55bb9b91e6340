"""Writes coverage.md: which of CPython 3.13's asyncio tests have a scenario or another test, which have none and why.

`python coverage.py > coverage.md`, with the CPython whose tests are listed; `npm run differential:record` does so.
A scenario names its tests in `@scenario(title, source)`; `…` in a name stands for any text.
"""

import ast
import fnmatch
import pathlib
import re
import sysconfig

HERE = pathlib.Path(__file__).parent
TESTS = pathlib.Path(sysconfig.get_path("stdlib")) / "test" / "test_asyncio"
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

PYTHON_ONLY = "about Python's own objects: reference counts, `repr`, generics, pickling, its C implementation"
NO_POLICY = "event loop policies are deprecated in CPython and not ported"
LOOP_ARGUMENT = "without a running loop there is none to be found here, and no global one"
BLOCKING = "a loop cannot be run in place in Node"
TRACEBACK = "`__context__` and `__traceback__` have no counterpart in JavaScript"
MOCKED = "mocks the inside of CPython's selector loop"
DESCRIPTORS = "Node does not watch descriptors that it does not own"
STAGGERED = "an internal helper of CPython's `create_connection`, not part of its API"
TYPED = "the compiler refuses them: test/runtime/types.test.ts"
REPR = "the text of `repr` is a runtime's own"

#: module, class, test (with wildcards), and why it has no scenario.
LEFT_OUT = [
    ("*", "*", "test_repr*", REPR),
    ("*", "*", "*_repr*", REPR),
    ("*", "*", "test_generic_alias", PYTHON_ONLY),
    ("*", "*", "test_str", REPR),
    ("*", "*", "test_format", REPR),
    ("*", "*", "test_refleaks*", PYTHON_ONLY),
    ("*", "*", "*segfault*", PYTHON_ONLY),
    ("*", "*", "*del_collect*", PYTHON_ONLY),
    ("*", "*", "*without_loop", LOOP_ARGUMENT),
    ("*", "*", "*use_running_loop", LOOP_ARGUMENT),
    ("*", "*", "*use_global_loop", LOOP_ARGUMENT),
    ("*", "*", "*source_traceback*", TRACEBACK),
    ("*", "*", "test_stop_iteration*", PYTHON_ONLY),
    ("tasks", "BaseTaskIntrospectionTests", "*", "the registry of tasks is private here"),
    ("tasks", "GenericTaskTests", "*", PYTHON_ONLY),
    ("tasks", "CTask*", "*", PYTHON_ONLY),
    ("tasks", "BaseCurrentLoopTests", "*", LOOP_ARGUMENT),
    ("tasks", "*", "test_exception_chaining*", TRACEBACK),
    ("tasks", "*", "test_exception_traceback", TRACEBACK),
    ("tasks", "*", "test_env_var_debug", BLOCKING),
    ("tasks", "*", "test_coroutine_non_gen_function*", "`asyncio.coroutine` is gone from CPython as well"),
    ("tasks", "*", "test_create_task_with_asynclike_function", PYTHON_ONLY),
    ("tasks", "*", "test_task_cancel_message_*", "a private attribute of CPython's"),
    ("tasks", "*", "test_constructor_*erogenous_futures", "a future of another loop: see `test_other_loop_future`"),
    ("tasks", "*", "test_constructor_homogenous_futures", LOOP_ARGUMENT),
    ("futures", "*", "test_constructor*", PYTHON_ONLY),
    ("futures", "*", "test_uninitialized", PYTHON_ONLY),
    ("futures", "*", "test_copy_state", "a private function of CPython's"),
    ("futures", "*", "test_future_stop_iteration_args", PYTHON_ONLY),
    ("futures", "*", "test_future_iter_throw", PYTHON_ONLY),
    ("futures", "*", "test_inherit_without_calling_super_init", PYTHON_ONLY),
    ("futures", "*", "test_log_traceback", "a private attribute of CPython's"),
    ("tasks", "*", "test_log_traceback", "a private attribute of CPython's"),
    ("locks", "*", "test_lock_doesnt_accept_loop_parameter", PYTHON_ONLY),
    ("locks", "*", "test_ambiguous_loops", PYTHON_ONLY),
    ("timeouts", "*", "test_timeout_without_task", BLOCKING),
    ("runners", "*", "*set_event_loop*", NO_POLICY),
    ("runners", "*", "test_loop_factory_default_event_loop", NO_POLICY),
    ("runners", "*", "test_signal_install_not_supported_ok", MOCKED),
    ("runners", "*", "test_no_repr_is_call_on_the_task_result", PYTHON_ONLY),
    ("eager_task_factory", "CEagerTaskFactoryLoopTests", "*", PYTHON_ONLY),
    ("pep492", "CoroutineTests", "*", PYTHON_ONLY),
    ("staggered", "*", "*", STAGGERED),
    ("threads", "*", "test_to_thread_contextvars", "context variables stay in their thread"),
    ("events", "PolicyTests", "*", NO_POLICY),
    ("events", "GetEventLoopTestsMixin", "*", NO_POLICY),
    ("events", "*GetEventLoop*", "*", NO_POLICY),
    ("events", "Abstract*", "*", "there is one loop class, and no abstract one"),
    ("events", "TestAbstractServer", "*", "there is one loop class, and no abstract one"),
    ("events", "*", "test_*_callback", DESCRIPTORS),
    ("events", "*", "*_fds*", DESCRIPTORS),
    ("events", "*", "test_*pty*", DESCRIPTORS),
    ("events", "TimerTests", "test_hash", PYTHON_ONLY),
    ("events", "TimerTests", "test_timer_comparison", PYTHON_ONLY),
    ("events", "HandleTests", "test_handle_weakref", PYTHON_ONLY),
    ("events", "HandleTests", "test_coroutine_like_object_debug_formatting", PYTHON_ONLY),
    ("base_events", "BaseEventTests", "*", MOCKED),
    ("base_events", "BaseEventLoopWithSelectorTests", "*", MOCKED),
    ("base_events", "BaseLoopSockSendfileTests", "*", MOCKED),
    ("base_events", "TestSelectorUtils", "*", MOCKED),
    ("base_events", "*", "test_not_implemented", PYTHON_ONLY),
    ("base_events", "*", "test_check_thread", "a loop is in one thread's memory: no other thread can call it"),
    ("base_events", "*", "test_*_invalid_args", TYPED),
    ("events", "SubprocessTestsMixin", "test_*_invalid_args", TYPED),
    (
        "base_events",
        "*",
        "test_asyncgen_finalization*",
        "there are no async generators here",
    ),
    ("base_events", "*", "test_env_var_debug", BLOCKING),
    ("base_events", "*", "test_single_selecter_event_callback_after_stopping", MOCKED),
    ("subprocess", "*Watcher*", "*", "child watchers are deprecated in CPython and not ported"),
]
#: Checked by a test of this repository that needs no virtual time.
ELSEWHERE = [
    ("threads", "*", "test_to_thread", "test/runtime/threads.test.ts"),
    ("threads", "*", "test_to_thread_[aceo][!o]*", "test/runtime/threads.test.ts"),
    ("tasks", "RunCoroutineThreadsafeTests", "*", "test/runtime/threads.test.ts"),
    ("futures", "*", "test_wrap_future*", "test/runtime/threads.test.ts"),
    ("events", "*", "test_run_in_executor*", "test/runtime/threads.test.ts"),
    ("events", "*", "test_call_soon_threadsafe*", "test/runtime/threads.test.ts"),
    ("runners", "*", "test_interrupt_*", "test/runtime/runners.test.ts"),
    ("runners", "RunnerTests", "test_[cder]*", "test/runtime/runners.test.ts"),
    ("runners", "RunnerTests", "test_non_debug", "test/runtime/runners.test.ts"),
    ("runners", "RunnerTests", "test_run_*", "test/runtime/runners.test.ts"),
    ("runners", "RunnerTests", "test_second_with_block_raises", "test/runtime/runners.test.ts"),
    ("runners", "RunTests", "test_asyncio_run_only_coro", "test/runtime/runners.test.ts"),
    ("runners", "RunTests", "*debug*", "test/runtime/runners.test.ts"),
    ("events", "*", "*signal*", "test/runtime/signals.test.ts"),
    ("*", "*", "*never_retrieved*", "test/runtime/debugging.test.ts"),
    ("*", "*", "test_tb_logger_*", "test/runtime/debugging.test.ts"),
    ("tasks", "*", "test_log_destroyed_pending_task", "test/runtime/debugging.test.ts"),
    ("tasks", "*", "test_get_stack", "test/runtime/debugging.test.ts"),
    ("base_events", "*", "test_log_slow_callbacks", "test/runtime/debugging.test.ts"),
    ("base_events", "*", "test_set_exc_handler_broken", "test/runtime/debugging.test.ts"),
    ("tasks", "*", "test_iscoroutinefunction", "test/runtime/promises.test.ts"),
    ("events", "SubprocessTestsMixin", "test_subprocess_exitcode", "test/runtime/subprocess.test.ts"),
    ("events", "SubprocessTestsMixin", "test_subprocess_shell", "test/runtime/subprocess.test.ts"),
    ("events", "SubprocessTestsMixin", "test_subprocess_stderr*", "test/runtime/subprocess.test.ts"),
    ("events", "*", "test_connect_accepted_socket", "test/runtime/transports.test.ts"),
    ("events", "*", "test_read_pipe", "test/runtime/transports.test.ts"),
    ("events", "*", "test_write_pipe*", "test/runtime/transports.test.ts"),
    ("events", "*", "test_prompt_cancellation", "test/runtime/transports.test.ts"),
    ("ssl", "*", "test_connect_accepted_socket", "test/runtime/transports.test.ts"),
    ("sendfile", "*", "test_sendfile_no_fallback*", "test/runtime/transports.test.ts"),
]


def tests_of(module):
    """The tests of a module: class and name."""
    tree = ast.parse((TESTS / f"test_{module}.py").read_text(encoding="utf-8"))
    for owner in tree.body:
        if isinstance(owner, ast.ClassDef):
            for test in owner.body:
                if isinstance(test, (ast.FunctionDef, ast.AsyncFunctionDef)) and test.name.startswith("test"):
                    yield owner.name, test.name


def named_by_scenarios():
    """Pairs of a scenario's file and the names of tests in its source; a class's name stands for all of its tests."""
    for path in sorted([*(HERE / "scenarios").glob("*.py"), *(HERE / "network").glob("*.py")]):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.AsyncFunctionDef) and node.decorator_list:
                source = ast.literal_eval(node.decorator_list[0].args[1])
                for part in re.split(r"[;,]\s*", source):
                    yield path.stem, part.split(".")


def matches(pattern, module, owner, test):
    return all(fnmatch.fnmatchcase(name, part) for name, part in zip((module, owner, test), pattern))


def where(module, owner, test, named):
    """How a test is dealt with, and the words for it."""
    for file, parts in named:
        last = parts[-1]
        if parts[0].startswith("test_") and len(parts) > 1 and parts[0] != f"test_{module}":
            continue
        if fnmatch.fnmatchcase(test, last.replace("…", "*")) and last != "…":
            return "scenario", file
    for pattern in ELSEWHERE:
        if matches(pattern, module, owner, test):
            return "elsewhere", pattern[3]
    for pattern in LEFT_OUT:
        if matches(pattern, module, owner, test):
            return "left out", pattern[3]
    return "not yet", ""


def main():
    named = list(named_by_scenarios())
    kinds = ("scenario", "elsewhere", "left out", "not yet")
    rows, lists = [], []
    for module in MODULES:
        found = [(owner, test, *where(module, owner, test, named)) for owner, test in tests_of(module)]
        counts = [sum(kind == each for _, _, kind, _ in found) for each in kinds]
        rows.append(f"| `test_{module}` | {len(found)} | {' | '.join(map(str, counts))} |")
        reasons = {}
        for _, test, kind, words in found:
            if kind != "scenario":
                reasons.setdefault((kinds.index(kind), kind, words), []).append(f"`{test}`")
        if reasons:
            lists.append(f"\n### test_{module}\n")
            for (_, kind, words), tests in sorted(reasons.items()):
                lists.append(f"- {kind.capitalize()}{': ' + words if words else ''}. {', '.join(sorted(set(tests)))}")
    print("# CPython's tests and the scenarios\n")
    print("Written by `npm run differential:record`. Change `coverage.py`, or the sources that scenarios name.\n")
    print(
        "| module | tests | by a scenario | by another test | left out | not yet |",
        "| --- | --- | --- | --- | --- | --- |",
        sep="\n",
    )
    print("\n".join(rows))
    print("\n## Without a scenario")
    print("\n".join(lists))


if __name__ == "__main__":
    main()
