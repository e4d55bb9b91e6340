"""How much is recorded: what the cheaper level keeps, what it leaves out, and that it says so."""

import sys
import unittest

from recorded import RUNTIME, ProgramTest, environment
from tracefile import OF_THE_MACHINE

sys.path.insert(0, RUNTIME)
from loopscope._levels import UNRECORDED

USES_EVERYTHING = """
import asyncio, sys

async def holder(lock, queue):
    async with lock:
        await queue.put(1)
        await asyncio.sleep(0.001)

async def fails():
    raise ValueError("as it does")

async def main():
    asyncio.get_running_loop().call_later(0.001, print, "later")
    lock, queue = asyncio.Lock(), asyncio.Queue(1)
    async def echo(reader, writer):
        writer.write(await reader.readline())
        writer.close()
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    writer.write(b"hello\\n")
    print(await reader.readline())
    writer.close()
    server.close()
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", "")
    print(await child.wait())
    tasks = [asyncio.ensure_future(holder(lock, queue)) for _ in range(2)]
    await queue.get()
    await queue.get()
    await asyncio.gather(*tasks, fails(), return_exceptions=True)
    late = asyncio.ensure_future(asyncio.sleep(10))
    await asyncio.sleep(0)
    late.cancel()
    await asyncio.wait([late])
    await asyncio.get_running_loop().run_in_executor(None, print, "job")

asyncio.run(main())
"""


class Levels(ProgramTest):
    def test_what_tasks_do_without_what_they_use(self) -> None:
        traces = []
        for level in ("timeline", "tasks"):
            done = self.run_recorded("--level", level, self.write(USES_EVERYTHING), output=f"{level}.looptrace")
            self.assertEqual(done.returncode, 0, done.stderr.decode())
            self.assertEqual(sorted(done.stdout.split()), [b"0", b"b'hello\\n'", b"job", b"later"])
            traces.append(self.load(f"{level}.looptrace"))
            self.assertEqual(traces[-1].header["level"], level)
            self.assert_well_formed(traces[-1])
        whole, fewer = ({event.kind for event in trace.events} for trace in traces)
        left_out = set(UNRECORDED["tasks"])
        self.assertLessEqual(left_out, set(traces[1].header["unrecorded"]))
        self.assertLessEqual({"ACQUIRE", "LEVEL", "TIMER_SET", "RECEIVED", "SPAWNED"}, whole)
        self.assertEqual(fewer & left_out, set())
        self.assertEqual(whole - fewer - left_out - OF_THE_MACHINE, set())
        self.assertEqual(*(sorted(trace.names().values()) for trace in traces))

    def test_in_children_and_by_the_environment(self) -> None:
        program = self.write(
            """
            import asyncio, subprocess, sys
            asyncio.run(asyncio.sleep(0))
            if len(sys.argv) == 1:
                subprocess.run([sys.executable, __file__, "child"])
            """
        )
        self.run_recorded("--children", "--level=tasks", program)
        self.assertEqual([self.load(name).header["level"] for name in self.traces()], ["tasks", "tasks"])
        by_environment = environment(PYTHONPATH=RUNTIME, LOOPSCOPE_LEVEL="tasks")
        self.run_recorded(program, output="by.looptrace", env=by_environment)
        self.assertEqual(self.load("by.looptrace").header["level"], "tasks")

    def test_one_that_there_is_not(self) -> None:
        program = self.write("print('runs')")
        refused = self.run_recorded("--level", "all", program)
        self.assertEqual(refused.returncode, 2)
        self.assertIn(b"--level needs one of tasks, timeline", refused.stderr)
        goes_on = self.run_recorded(program, env=environment(PYTHONPATH=RUNTIME, LOOPSCOPE_LEVEL="all"))
        self.assertEqual((goes_on.returncode, goes_on.stdout), (0, b"runs\n"))
        self.assertIn(b"did not start: ValueError: LOOPSCOPE_LEVEL is 'all'", goes_on.stderr)
        self.assertEqual(self.traces(), [])
        self.write("import loopscope; loopscope.start('t.looptrace', level='all')", "own.py")
        own = self.finish(self.start([sys.executable, "own.py"]))
        self.assertIn(b"ValueError: level is 'all': neither tasks nor timeline", own.stderr)


if __name__ == "__main__":
    unittest.main()
