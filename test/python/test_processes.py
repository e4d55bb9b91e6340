"""Processes that a recorded program starts: each its trace, which says what it is called and what it came from."""

import importlib.util
import os
import sys
import unittest
from typing import Any, Dict, List

import tracefile
from recorded import INJECT, RUNTIME, ProgramTest, environment
from rows import proves

PROGRAM = """
    import asyncio, multiprocessing, sys
    from concurrent.futures import ProcessPoolExecutor

    async def work():
        await asyncio.sleep(0)
        return 1

    def child():
        asyncio.run(work())

    def answer(number):
        return asyncio.run(work())

    async def main():
        for command in (["-c", "import asyncio; asyncio.run(asyncio.sleep(0))"], ["-m", "pack.tool", "x"]):
            process = await asyncio.create_subprocess_exec(sys.executable, *command)
            assert await process.wait() == 0
        process = await asyncio.create_subprocess_shell(f"{sys.executable} other.py; true")
        assert await process.wait() == 0
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
            assert await asyncio.get_running_loop().run_in_executor(pool, answer, 0) == 1

    if __name__ == "__main__":
        for method in multiprocessing.get_all_start_methods():
            context = multiprocessing.get_context(method)
            processes = [context.Process(target=child), context.Process(target=child, name=f"my {method}")]
            for process in processes: process.start()
            for process in processes: process.join()
            assert [process.exitcode for process in processes] == [0, 0]
        asyncio.run(main())
        print(sorted(sys.argv))
    """
RUN = "import asyncio; asyncio.run(asyncio.sleep(0))"


class Family(ProgramTest):
    def setUp(self) -> None:
        super().setUp()
        os.mkdir(self.path("pack"))
        os.mkdir(self.path("traces"))
        self.write(PROGRAM)
        self.write(RUN, "other.py")
        self.write("", "pack/__init__.py")
        self.write(RUN, "pack/tool.py")

    def run_all(self, *command: str, **env: str) -> List[tracefile.Trace]:
        done = self.finish(self.start([sys.executable, *command], env=environment(**env)))
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        folder = self.path("traces")
        self.names = sorted(os.listdir(folder))
        return [self.load(os.path.join(folder, name)) for name in self.names]

    def check(self, headers: List[Dict[str, Any]], root: Dict[str, Any], main: List[str]) -> None:
        """`main`: how the program is named in the traces of all that run it."""
        pool = [name for name in (header["name"] for header in headers) if name.startswith("SpawnProcess")]
        self.assertEqual(len(pool), 2)  # one of Process, one of the executor
        named = {header["name"]: header for header in headers if header["name"]}
        for name in ("my fork", "my spawn", "my forkserver", *pool):
            self.assertEqual(named[name]["argv"], main, name)
        self.assertEqual(sum(name.startswith("ForkProcess-") for name in named), 1)
        self.assertEqual(sum(name.startswith("ForkServerProcess-") for name in named), 1)
        self.assertEqual(named[RUN]["argv"], ["-c"])
        commands = [header["argv"] for header in headers]
        self.assertIn(["-m", "pack.tool", "x"], commands)
        self.assertIn(["other.py"], commands)
        # Nobody else: neither the server that forks nor the tracker of shared resources is the program's.
        self.assertEqual(len(headers), 11)
        me = {"pid": root["pid"], "started": root["started"]}
        for header in headers:
            if header is not root:
                self.assertIn(me, header["ancestors"], header["name"])

    @unittest.skipUnless(sys.platform == "linux", "starts are told by /proc")
    @proves("forks")
    def test_every_process_says_what_it_is_and_came_from(self) -> None:
        traces = self.run_all("program.py", "a", LOOPSCOPE=self.path("traces") + os.sep, PYTHONPATH=INJECT)
        headers = [trace.header for trace in traces]
        (root,) = (h for h in headers if h["argv"] == ["program.py", "a"] and h["name"] == "")
        self.assertEqual(root["ancestors"][0]["pid"], os.getpid())
        self.check(headers, root, ["program.py", "a"])
        self.assertEqual(sum(name.startswith("program-") for name in self.names), 8)
        self.assertEqual(sum(name.startswith("pack.tool-") for name in self.names), 1)
        for trace in traces:
            if trace.header is not root:
                self.assertGreaterEqual(len(trace.tasks), 1, trace.header)
            self.assertEqual(trace.end, {"reason": "exit"}, trace.header)

    @unittest.skipUnless(sys.platform == "linux", "starts are told by /proc")
    def test_run_records_children_where_asked(self) -> None:
        command = ["-m", "loopscope", "run", "-o", "traces/t.looptrace"]
        path = {"PYTHONPATH": RUNTIME}
        self.assertEqual(len(self.run_all(*command, "program.py", **path)), 3)  # itself and what it forks
        for name in self.names:
            os.unlink(self.path(os.path.join("traces", name)))
        headers = [trace.header for trace in self.run_all(*command, "--children", "-m", "program", **path)]
        (root,) = (h for h in headers if h["argv"] == ["-m", "program"] and h["name"] == "")
        self.check(headers, root, ["-m", "program"])
        self.assertEqual(self.names[-1], "t.looptrace")
        self.assertTrue(all(name.startswith("t-") for name in self.names[:-1]))

    @proves("forks")
    def test_a_child_that_cannot_start_says_the_same(self) -> None:
        """Its main module fails: with the recorder the traceback is Python's own."""
        self.write(
            """
            import multiprocessing
            if __name__ != "__main__":
                raise ValueError("not here")
            def child(): pass
            if __name__ == "__main__":
                process = multiprocessing.get_context("spawn").Process(target=child)
                process.start(); process.join(); print(process.exitcode)
            """
        )
        plain = self.finish(self.start([sys.executable, "program.py"], env=environment()))
        env = environment(LOOPSCOPE=self.path("traces") + os.sep, PYTHONPATH=INJECT)
        recorded = self.finish(self.start([sys.executable, "program.py"], env=env))
        self.assertEqual((recorded.stdout, recorded.stderr), (plain.stdout, plain.stderr))
        self.assertIn(b"not here", plain.stderr)


@unittest.skipUnless(importlib.util.find_spec("uvloop"), "uvloop is not installed for this Python")
class OnUvloop(ProgramTest):
    UVLOOP = True

    @proves("forks")
    def test_children_have_traces_of_their_own(self) -> None:
        os.mkdir(self.path("traces"))
        self.write(
            """
            import asyncio, multiprocessing, uvloop
            async def work(name): await asyncio.create_task(asyncio.sleep(0), name=name)
            def child(name): uvloop.run(work(name))
            if __name__ == "__main__":
                uvloop.run(work("before"))
                for method in ("fork", "spawn"):
                    process = multiprocessing.get_context(method).Process(target=child, args=(method,))
                    process.start(), process.join()
                    assert process.exitcode == 0
                uvloop.run(work("after"))
            """
        )
        env = environment(LOOPSCOPE=self.path("traces") + os.sep, PYTHONPATH=INJECT)
        done = self.finish(self.start([sys.executable, "program.py"], env=env))
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        traces = [self.load(os.path.join("traces", name)) for name in os.listdir(self.path("traces"))]
        wanted = {"before", "after", "fork", "spawn"}
        names = [sorted(wanted.intersection(trace.names().values())) for trace in traces]
        self.assertEqual(sorted(names), [["after", "before"], ["fork"], ["spawn"]])
        self.assertEqual({loop["class"] for trace in traces for loop in trace.loops.values()}, {"uvloop.Loop"})


if __name__ == "__main__":
    unittest.main()
