"""Runs the Python halves of the differential suite and prints what they log: `python harness.py scenarios/tasks.py`.

Time is virtual: where the loop would wait, its clock jumps to the next timer. CPython keeps tasks in sets whose order
is that of addresses; here they are ordered sets, so that a log depends on nothing but the program.
"""

import asyncio
import asyncio.runners
import asyncio.taskgroups
import asyncio.tasks
import gc
import importlib.util
import selectors
import sys
import warnings

scenarios = []


def scenario(title, source):
    """Registers a scenario; `source` names the test of CPython, or the case of the research, that it comes from."""

    def register(function):
        scenarios.append((title, source, function))
        return function

    return register


def driven(title, source):
    """Registers a scenario that is no coroutine: it gets the log and a maker of loops, and runs them itself."""

    def register(function):
        function.drives = True
        return scenario(title, source)(function)

    return register


class Boom(Exception):
    pass


class Crash(Exception):
    pass


class Deadlock(BaseException):
    """Nothing is ready, no timer is set: the loop would wait for ever."""


class OrderedSet(dict):
    def __init__(self, items=()):
        super().__init__((item, None) for item in items)

    def add(self, item):
        self[item] = None

    def discard(self, item):
        self.pop(item, None)


class VirtualSelector(selectors.DefaultSelector):
    loop = None

    def select(self, timeout=None):
        if timeout is None:
            raise Deadlock
        if timeout > 0:
            self.loop.now += timeout
        return super().select(0)


class VirtualLoop(asyncio.SelectorEventLoop):
    def __init__(self):
        self.now = 0.0
        selector = VirtualSelector()
        selector.loop = self
        super().__init__(selector)

    def time(self):
        return self.now


def order_sets():
    def ordered_init(self):
        plain_init(self)
        self._tasks = OrderedSet()

    def cancel_all_in_order(loop):
        found = plain_all_tasks(loop)
        return sorted(found, key=lambda task: creation.get(task, 0))

    plain_init = asyncio.TaskGroup.__init__
    plain_all_tasks = asyncio.all_tasks
    asyncio.TaskGroup.__init__ = ordered_init
    asyncio.tasks.set = OrderedSet
    asyncio.tasks.Task = asyncio.Task = NumberedTask
    asyncio.eager_task_factory = asyncio.create_eager_task_factory(NumberedTask)
    asyncio.runners.tasks.all_tasks = cancel_all_in_order


#: In which order the tasks of a scenario were created: asyncio's own set of them tells nothing of it.
creation = {}


class NumberedTask(asyncio.Task):
    """Counts names from 1 in each scenario, and remembers in which order tasks were created."""

    unnamed = 0

    def __init__(self, coro, *, name=None, **options):
        creation[self] = len(creation)
        if name is None:
            NumberedTask.unnamed += 1
        super().__init__(coro, name=name or f"Task-{NumberedTask.unnamed}", **options)

    def set_name(self, value):
        # CPython 3.13.0 sets the name None on a task from a factory; 3.13.3 does not.
        if value is not None:
            super().set_name(value)


def show(value):
    if value is None:
        return "none"
    if value is True or value is False:
        return str(value).lower()
    if isinstance(value, BaseExceptionGroup):
        return f"{type(value).__name__}[{', '.join(show(error) for error in value.exceptions)}]"
    if isinstance(value, BaseException):
        keeps_text = isinstance(value, (asyncio.CancelledError, Boom, Crash)) and value.args and value.args[0] != ""
        return f"{type(value).__name__}({value.args[0]})" if keeps_text else type(value).__name__
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(show(item) for item in value)}]"
    if isinstance(value, (set, OrderedSet)):
        return f"[{', '.join(sorted(show(item) for item in value))}]"
    if isinstance(value, asyncio.Task):
        return value.get_name()
    if isinstance(value, (str, int)):
        return str(value)
    if isinstance(value, (bytes, bytearray)):
        return f"b({value.decode()})".replace("\n", "|")
    return type(value).__name__


def type_name(value):
    return type(value).__name__


def both(done_and_pending):
    """The two sets that `wait` gives: a pair in Python, an object in TypeScript."""
    return done_and_pending


def text(error):
    return str(error)


def run(function, new_loop):
    """The lines that a scenario logs."""
    lines = []

    def log(*values):
        lines.append(" ".join(show(value) for value in values))

    if hasattr(function, "drives"):
        function(log, new_loop)
        return lines
    loop = new_loop()

    def handler(loop, context):
        message = context["message"]
        if "never retrieved" in message or "destroyed" in message:
            return
        kind = message.split()[0]
        log("handler", kind, context.get("exception"))

    loop.set_exception_handler(handler)
    # What the scenario before left suspended ends now, not in the middle of this one.
    creation.clear()
    gc.collect()
    NumberedTask.unnamed = 0
    try:
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            result = runner.run(function(log))
            if result is not None:
                log("result", result)
    except BaseException as error:
        log("run raised", error)
    return lines


def load(path):
    spec = importlib.util.spec_from_file_location("scenarios_under_test", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)


def main(path):
    # Sockets and processes know no virtual time.
    new_loop = asyncio.SelectorEventLoop if "network" in path else VirtualLoop
    warnings.simplefilter("ignore")
    sys.modules["harness"] = sys.modules["__main__"]
    order_sets()
    load(path)
    for title, _, function in scenarios:
        print(f"== {title}")
        for line in run(function, new_loop):
            print(line)


if __name__ == "__main__":
    main(sys.argv[1])
