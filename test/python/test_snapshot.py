"""What a debugger asks of a program that is not recorded: its tasks at one moment, and who holds what."""

import base64
import json
import sys
import unittest
import zlib
from typing import Dict, List, Tuple

from recorded import ProgramTest
from tracefile import Trace

# The snapshot is taken in a thread of its own, as a debugger does while the loop waits in its selector.
HEAD = """
import asyncio, threading, time
def named(name, coroutine): return asyncio.get_running_loop().create_task(coroutine, name=name)
def answer():
    from loopscope import _debugged
    print(_debugged.snapshot(), flush=True)
    asked = [ident for ident, ref in _debugged._tasks.items() if ref().get_name() == "asked"]
    print(_debugged.goes_on(*asked) if asked else "", flush=True)
    import os
    os._exit(0)
async def when_parked():
    await asyncio.sleep(0.01)
    threading.Thread(target=answer).start()
"""


class Snapshot(ProgramTest):
    def snapshot(self, body: str) -> Trace:
        done = self.finish(self.start([sys.executable, self.write(HEAD + body)]))
        self.assertEqual(done.stderr, b"")
        trace, self.goes_on = done.stdout.splitlines()
        return Trace(zlib.decompress(base64.b64decode(trace)))

    def next_lines(self, source: str) -> List[str]:
        """The marks of the lines at which the task named `asked` goes on."""
        self.snapshot(source)
        marks = {line: mark for mark, line in self.lines(HEAD + source).items()}
        places = json.loads(base64.b64decode(self.goes_on))["places"]
        self.assertEqual({file for file, _ in places}, {self.path("program.py")})
        return [marks[line] for _, line in places]

    def waits(self, trace: Trace) -> Dict[str, Tuple[str, int]]:
        names = trace.names()
        found = {}
        for event in trace.events:
            if event.kind == "STEP_SUSPEND":
                found[names[event.a]] = (trace.awaits[event.aux]["kind"], event.b)
        return found

    def test_who_waits_for_what(self) -> None:
        trace = self.snapshot("""
async def main():
    event, queue = asyncio.Event(), asyncio.Queue()
    kept = [named("event", event.wait()), named("queue", queue.get()), named("sleep", asyncio.sleep(60))]
    kept.append(named("parked", when_parked()))
    await asyncio.gather(*kept)
asyncio.run(main())
""")
        found = {name: kind for name, (kind, _) in self.waits(trace).items()}
        self.assertEqual(found, {"Task-1": "gather", "event": "event", "queue": "queue_get", "sleep": "sleep"})
        scope = next(event for event in trace.events if event.kind == "SCOPE_OPEN")
        self.assertEqual(trace.names()[scope.b], "Task-1")
        children = [trace.names()[event.b] for event in trace.events if event.kind == "SCOPE_CHILD"]
        self.assertEqual(sorted(children), ["event", "queue", "sleep"])
        self.assertIn("POLL_BEGIN", [event.kind for event in trace.events])

    def test_who_holds_a_lock(self) -> None:
        trace = self.snapshot("""
async def hold(first, second, never_entered):
    async with first:
        await asyncio.sleep(0.001)
        async with second:
            pass
async def slots(semaphore, lock):
    async with semaphore:
        async with asyncio.Lock():
            await asyncio.sleep(60)
async def main():
    one, two, three = asyncio.Lock(), asyncio.Lock(), asyncio.Lock()
    await three.acquire()
    kept = [named("a", hold(one, two, three)), named("b", hold(two, one, three))]
    kept.append(named("c", slots(asyncio.Semaphore(2), three)))
    kept.append(named("parked", when_parked()))
    await asyncio.gather(*kept)
asyncio.run(main())
""")
        waits, names = self.waits(trace), trace.names()
        holds = [(names[event.b], event.a) for event in trace.events if event.kind == "ACQUIRE"]
        self.assertEqual([holder for holder, _ in holds], ["a", "b", "c", "c"])
        self.assertEqual(waits["a"][1], dict(holds)["b"])
        self.assertEqual(waits["b"][1], dict(holds)["a"])

    def test_the_task_that_runs_has_its_stack(self) -> None:
        trace = self.snapshot("""
import sys
def when_it_computes(thread):
    while sys._current_frames()[thread].f_code is not computes.__code__: pass
    answer()
async def computes():
    threading.Thread(target=when_it_computes, args=(threading.get_ident(),)).start()
    time.sleep(60)
asyncio.run(computes())
""")
        sample = next(event for event in trace.events if event.kind == "SAMPLE")
        functions = []
        stack = sample.aux
        while stack:
            functions.append(trace.locations[trace.stacks[stack]["location"]]["function"])
            stack = trace.stacks[stack]["parent"]
        self.assertEqual(functions, ["computes"])
        self.assertIn("STEP_BEGIN", [event.kind for event in trace.events])

    def test_a_task_that_has_not_begun_is_ready(self) -> None:
        trace = self.snapshot("""
async def later(): pass
async def main():
    kept = named("later", later())
    threading.Thread(target=answer).start()
    time.sleep(60)
asyncio.run(main())
""")
        later = trace.named("later")
        told = [event.kind for event in trace.events if event.a == later and event.kind.startswith(("TASK", "STEP"))]
        self.assertEqual(told, ["TASK_CREATE"])

    def test_where_a_task_goes_on(self) -> None:
        program = """
async def asked():
    try:
        while True:  # again
%s
    except ValueError:  # handles
        pass
    return 1
async def main():
    kept = [named("asked", asked()), named("parked", when_parked())]
    await asyncio.gather(*kept)
asyncio.run(main())
"""
        plain = program % "            await asyncio.sleep(60)\n            print()  # next"
        self.assertEqual(self.next_lines(plain), ["next", "handles"])
        branch = """            if await asyncio.sleep(60):
                print()  # then
            else:
                print()  # otherwise"""
        self.assertEqual(self.next_lines(program % branch), ["then", "otherwise", "handles"])
        # Before 3.10 `while True` is no instruction: the loop comes back to its first line.
        first = "again" if sys.version_info >= (3, 10) else "only"
        self.assertEqual(self.next_lines(program % "            await asyncio.sleep(60)  # only"), [first, "handles"])

    def test_a_task_that_leaves_its_function_goes_on_where_that_is_awaited(self) -> None:
        found = self.next_lines("""
async def inner():
    return await asyncio.sleep(60)
async def asked():
    await inner()
    print()  # next
async def main():
    kept = [named("asked", asked()), named("parked", when_parked())]
    await asyncio.gather(*kept)
asyncio.run(main())
""")
        self.assertEqual(found, ["next"])


if __name__ == "__main__":
    unittest.main()
