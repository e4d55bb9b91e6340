"""The trace survives the program's violent end, and the program survives the recorder's."""

import os
import resource
import signal
import sys
import time
import unittest
from concurrent.futures import ThreadPoolExecutor
from typing import Iterable, List, Tuple

from faults import Runs, places_in_c
from kills import kills
from recorded import AT_ENDS, INJECT, ProgramTest, environment
from rows import proves
from test_accelerator import IN_USE


class Killed(ProgramTest):
    LONG = AT_ENDS

    @proves("kills")
    def test_kill_at_any_moment(self) -> None:
        """What happened more than 100 ms before a `kill -9` is in the trace."""
        self.assertEqual(kills(self.directory, 20, 2024)["failed"], [])

    def test_a_hang_stays_one(self) -> None:
        """Nothing wakes the loop, and the trace shows who waits and that the process was alive."""
        self.write(
            """
            import asyncio
            async def hangs():
                print("go", flush=True)
                await asyncio.Event().wait()
            asyncio.run(hangs())
            """
        )
        process = self.start(self.command("program.py"))
        assert process.stdout
        process.stdout.readline()
        time.sleep(0.7)
        self.assertIsNone(process.poll())
        trace = self.load()  # while it is being written
        self.assertEqual(trace.waits("Task-1")[-1]["kind"], "event")
        self.assertEqual([e.kind for e in trace.events if e.kind.startswith("POLL")], ["POLL_BEGIN"])
        alive = [e for e in trace.events if e.kind == "ALIVE"]
        self.assertGreaterEqual(len(alive), 2)
        process.send_signal(signal.SIGKILL)
        self.finish(process)

    def test_a_blocking_step_is_visible_while_it_blocks(self) -> None:
        self.write(
            """
            import asyncio, time
            async def blocks():
                print("go", flush=True)
                time.sleep(30)
            asyncio.run(blocks())
            """
        )
        process = self.start(self.command("program.py"))
        assert process.stdout
        process.stdout.readline()
        time.sleep(0.3)
        process.kill()
        self.finish(process)
        self.assertEqual(self.load().of("Task-1")[-1].kind, "STEP_BEGIN")


class CannotWrite(ProgramTest):
    PROGRAM = """
    import asyncio, sys
    async def work():
        for _ in range(300): await asyncio.sleep(0.001)
        return 5
    async def main():
        print(sum(await asyncio.gather(*[work() for _ in range(50)])))
        sys.exit(4)
    asyncio.run(main())
    """

    def check_goes_on(self, done: object, what: bytes = b"stopped") -> None:
        self.assertEqual(done.returncode, 4)  # type: ignore[attr-defined]
        self.assertEqual(done.stdout, b"250\n")  # type: ignore[attr-defined]
        lines: List[bytes] = done.stderr.splitlines()  # type: ignore[attr-defined]
        self.assertEqual(len(lines), 1, lines)
        self.assertTrue(lines[0].startswith(b"loopscope: recording %s: " % what), lines)

    def run_to(self, output: str, what: bytes = b"stopped", **options: object) -> None:
        path = self.write(self.PROGRAM)
        self.check_goes_on(self.finish(self.start(self.command(path, output=output), **options)), what)

    def test_missing_directory(self) -> None:
        """It is made: nobody wants to run a program again for want of a folder."""
        path = self.write("import asyncio; asyncio.run(asyncio.sleep(0))")
        for output in ("new/", "other/new/", "third/t.looptrace"):
            done = self.run_recorded(path, output=output)
            self.assertEqual((done.returncode, done.stderr), (0, b""))
            folder = os.path.dirname(output)
            (name,) = os.listdir(self.path(folder))
            self.assertEqual(self.load(os.path.join(folder, name)).end, {"reason": "exit"})

    def test_missing_directory_of_all_processes(self) -> None:
        """Each makes it, or finds that another one has."""
        path = self.write("import asyncio; asyncio.run(asyncio.sleep(0))")
        env = environment(PYTHONPATH=INJECT, LOOPSCOPE="new/deep/")
        for process in [self.start([sys.executable, path], env=env) for _ in range(6)]:
            done = self.finish(process)
            self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertEqual(len(os.listdir(self.path("new/deep"))), 6)

    def test_not_a_directory(self) -> None:
        self.write("", "file")
        for output in ("file/t.looptrace", "file/", "file/new/"):
            self.run_to(output, b"did not start")

    @proves("kills")
    @unittest.skipUnless(os.path.exists("/dev/full"), "no /dev/full here")
    def test_full_disk(self) -> None:
        self.run_to("/dev/full", b"did not start")

    @proves("kills")
    def test_file_size_limit(self) -> None:
        def limit() -> None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

        self.run_to("t.looptrace", preexec_fn=limit)
        self.assertGreater(len(self.load().events), 100)

    @proves("kills")
    def test_deleted_file(self) -> None:
        self.PROGRAM = self.PROGRAM.replace(
            "async def main():", "async def main():\n        __import__('os').remove('t.looptrace')"
        )
        self.run_to("t.looptrace")

    def test_all_descriptors_closed(self) -> None:
        """As daemons do. The number may be a file of the program's next, which must not get a byte."""
        self.PROGRAM = self.PROGRAM.replace(
            "async def main():",
            "async def main():\n        import os; os.dup2(os.open('mine', os.O_RDWR | os.O_CREAT), 200)",
        )
        self.run_to("t.looptrace")
        self.assertEqual(os.path.getsize(self.path("mine")), 0)


class Forks(ProgramTest):
    @proves("forks")
    def test_child_writes_its_own_trace(self) -> None:
        trace = self.record(
            """
            import asyncio, os, sys, threading, warnings
            warnings.simplefilter("error")
            async def work(name):
                await asyncio.sleep(0.01)
            asyncio.run(work("before"))
            pid = os.fork()
            asyncio.run(work("after"))
            if pid == 0: sys.exit(0)
            assert os.waitpid(pid, 0)[1] == 0
            """
        )
        self.assertEqual(self.done.stderr, b"")
        self.assertEqual([t["coroutine"]["function"] for t in trace.tasks.values()].count("work"), 2)
        self.assertEqual(trace.end, {"reason": "exit"})
        (child,) = (name for name in self.traces() if name != "t.looptrace")
        forked = self.load(child)
        self.assertIn(str(forked.header["pid"]), child)
        self.assertEqual(forked.header["ppid"], trace.header["pid"])
        self.assertEqual([t["coroutine"]["function"] for t in forked.tasks.values()].count("work"), 1)
        self.assertEqual(forked.end, {"reason": "exit"})

    @proves("forks")
    def test_fork_inside_a_task(self) -> None:
        trace = self.record(
            """
            import asyncio, os
            async def main():
                pid = os.fork()
                await asyncio.sleep(0.01)
                if pid: os.waitpid(pid, 0)
                else: os._exit(0)
            asyncio.new_event_loop().run_until_complete(main())
            """
        )
        self.assertEqual(trace.of("Task-1")[-1].kind, "STEP_RETURN")

    @proves("forks")
    def test_multiprocessing(self) -> None:
        self.record(
            """
            import asyncio, multiprocessing
            def work(n):
                asyncio.run(asyncio.sleep(0.001))
                return n
            if __name__ == "__main__":
                for method in multiprocessing.get_all_start_methods():
                    with multiprocessing.get_context(method).Pool(2) as pool:
                        assert pool.map(work, range(4)) == [0, 1, 2, 3]
            """
        )
        self.assertEqual(self.done.stderr, b"")
        for name in self.traces():
            self.load(name)


class Subinterpreters(ProgramTest):
    PROGRAM = """
    import asyncio, sys
    try: from concurrent import interpreters
    except ImportError:
        try: import _interpreters as interpreters
        except ImportError: import _xxsubinterpreters as interpreters
    INNER = "import sys; print('inner', flush=True)"
    if sys.version_info[:2] != (3, 12):  # whose asyncio ends the process there
        INNER += "; import asyncio; asyncio.run(asyncio.sleep(0))"
    interpreter = interpreters.create()
    if hasattr(interpreters, "run_string"): interpreters.run_string(interpreter, INNER)
    else: interpreter.exec(INNER)
    asyncio.run(asyncio.sleep(0))
    """

    @proves("forks")
    def test_are_left_alone_and_said(self) -> None:
        """Also where the recorder comes by the environment, which they have as well."""
        path = self.write(self.PROGRAM)
        plain = self.finish(self.start([sys.executable, path]))
        self.assertEqual((plain.returncode, plain.stdout), (0, b"inner\n"))
        env = environment(PYTHONPATH=INJECT, LOOPSCOPE=self.path("t.looptrace"))
        done = self.finish(self.start([sys.executable, path], env=env))
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, plain.stdout, plain.stderr))
        self.assertEqual(self.traces(), ["t.looptrace"])
        (dropped,) = self.load().kinds("DROPPED")
        self.assertIn("subinterpreters", self.load().strings[dropped.b])


# What the accelerator does in the place of Python.
DONE_IN_C = {
    ("_loop.LoopQueue", "end_step"),
    ("_loop.LoopQueue", "end_iteration"),
    ("_loop_state.LoopState", "end_poll"),
    ("_loop.LoopQueue", "begin_callback"),
    ("_awaits.Awaits", "target"),
    ("_format", "events"),
    ("_connections", "_received"),
    ("_connections", "_written"),
    ("_timers", "_was_set"),
    ("_timers", "_was_cancelled"),
}


# Of uvloop's loops: `test_uvloop` has a program for it.
ON_UVLOOP = ("end_batch", "uvloop_call", "uvloop_handle", "uvloop_method")
# Of queues in a process that is recorded from before it imports asyncio.
FRESH = ("items",)


class Faults(ProgramTest):
    """An error in any of the recorder's parts ends the recording, never the program."""

    LONG = AT_ENDS

    @proves("kills")
    def test_every_part(self) -> None:
        parts = (
            ("_loop_tasks.LoopTasks", "scheduled_task"),
            ("_loop.LoopQueue", "end_step"),
            ("_loop.LoopQueue", "end_task"),
            ("_loop.LoopQueue", "end_iteration"),
            ("_loop_state.LoopState", "end_poll"),
            ("_loop.LoopQueue", "begin_callback"),
            ("_loop_tasks.LoopTasks", "cancelled"),
            ("_loop_tasks.LoopTasks", "meet"),
            ("_loop_state.LoopState", "start"),
            ("_loop.LoopQueue", "stop"),
            ("_loop_state.LoopState", "identify"),
            ("_awaits.Awaits", "site"),
            ("_awaits.Awaits", "target"),
            ("_objects.Objects", "ident"),
            ("_stacks.Stacks", "caller"),
            ("_stacks.Stacks", "callback"),
            ("_stacks.Stacks", "raised"),
            ("_tables.Tables", "_add"),
            ("_delivery.Taken", "encoded"),
            ("_tasks.Tasks", "meet"),
            ("_tasks.Tasks", "failure"),
            ("_recorder.Recorder", "stream"),
            ("_recorder.Recorder", "tick"),
            ("_format", "events"),
            ("_resources", "_lock"),
            ("_resources", "_semaphore"),
            ("_resources", "_event"),
            ("_queue_levels", "changed"),
            ("_recorder.Recorder", "_tell"),
            ("_foreign", "note_foreign"),
            ("_scopes", "_gather"),
            ("_scopes", "_close"),
            ("_jobs", "_submitted"),
            ("_jobs", "_state"),
            ("_complaints", "_handler"),
            ("_complaints", "_never_awaited"),
            ("_complaints", "unretrieved_at_end"),
            ("_sampler.Sampler", "_look_at"),
            ("_timers", "_was_set"),
            ("_timers", "_was_cancelled"),
            ("_timers.Timers", "begins"),
            ("_connections", "_serving"),
            ("_connections", "_made"),
            ("_connections", "_received"),
            ("_connections", "_written"),
            ("_connections", "_protocol"),
            ("_connections.Connections", "tell"),
            ("_subprocesses", "_process_made"),
            ("_subprocesses", "_spawned"),
            ("_subprocesses", "_signalled"),
            ("_subprocesses", "_exited"),
            ("_signals", "_generator"),
            ("_recorder.Recorder", "detail"),
        )
        self.check(
            (f"{owner}.{name}", after, (owner, name) in DONE_IN_C, False) for owner, name in parts for after in (0, 2)
        )

    @unittest.skipUnless(IN_USE, "the accelerator is not in use")
    def test_every_part_in_c(self) -> None:
        self.check(
            (f"c:{name}", after, False, name in FRESH)
            for name in places_in_c()
            if name not in ON_UVLOOP
            for after in (0, 2)
        )

    def check(self, faults: "Iterable[Tuple[str, int, bool, bool]]") -> None:
        """Each fault as `Runs.run` takes it."""
        runs = Runs(self.directory)
        with ThreadPoolExecutor(4) as pool:  # they mostly wait
            done = [(each, pool.submit(runs.run, *each)) for each in faults]
        for (part, after, _, _), future in done:
            with self.subTest(part=part, after=after):
                run = future.result()
                self.assertEqual(run.wrong, [])
                if after == 0:
                    self.assertTrue(run.said, "the fault was never met")


if __name__ == "__main__":
    unittest.main()
