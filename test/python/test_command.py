"""`python -m loopscope run` behaves as `python` does: same output, same status, byte for byte."""

import os
import signal
import subprocess
import sys
import time
import unittest
from typing import Any, List

from recorded import INJECT, ProgramTest, environment
from rows import proves


class SameAsPython(ProgramTest):
    def same(self, *arguments: str, **options: Any) -> "subprocess.CompletedProcess[bytes]":
        """Run with and without the recorder and compare; returns the plain one."""
        plain = self.finish(self.start([sys.executable, *arguments], **options))
        recorded = self.run_recorded(*arguments, **options)
        self.assertEqual(recorded.stderr, plain.stderr)
        self.assertEqual(recorded.stdout, plain.stdout)
        self.assertEqual(recorded.returncode, plain.returncode)
        return plain

    def test_script_arguments_and_surroundings(self) -> None:
        os.mkdir(self.path("sub"))
        self.write(
            """
            import os, sys, threading, traceback
            print(sys.argv, sys.path, __name__, __file__, __spec__, sorted(globals()))
            print(sys.modules["__main__"].__dict__ is globals(), sys.flags, sys.excepthook is sys.__excepthook__)
            print(sorted(k for k in os.environ if k.startswith(("PYTHON", "LOOPSCOPE"))))
            print([t.name for t in threading.enumerate()], os.open(__file__, os.O_RDONLY))
            traceback.print_stack()
            import asyncio
            print(len(sys.meta_path))
            async def main():
                traceback.print_stack()
            asyncio.run(main())
            """,
            "sub/program.py",
        )
        self.same("sub/program.py", "a", "-o", "--verbose", "ü")

    def test_missing_script(self) -> None:
        self.assertEqual(self.same("nowhere.py").returncode, 2)

    def test_syntax_error(self) -> None:
        self.write("async def main(:\n", "wrong.py")
        self.assertEqual(self.same("wrong.py").returncode, 1)

    def test_exception(self) -> None:
        self.write(
            """
            import asyncio
            async def inner():
                await asyncio.sleep(0)
                raise ValueError("from inside")
            async def main():
                await asyncio.gather(inner(), asyncio.sleep(0.01))
            asyncio.run(main())
            """
        )
        self.assertEqual(self.same("program.py").returncode, 1)

    def test_recursion_limit(self) -> None:
        self.write(
            """
            import asyncio
            def down(n):
                try:
                    return down(n + 1)
                except RecursionError:
                    return n
            async def main():
                print(down(0))
            asyncio.run(main())
            """
        )
        self.same("program.py")

    def test_exit_statuses(self) -> None:
        for statement, status in (
            ("sys.exit(3)", 3),
            ("sys.exit('goodbye')", 1),
            ("sys.exit(None)", 0),
            ("os._exit(7)", 7),
            ("raise KeyboardInterrupt", -signal.SIGINT if os.name == "posix" else 1),
            ("os.kill(os.getpid(), signal.SIGTERM)", -signal.SIGTERM),
        ):
            with self.subTest(statement):
                self.write(
                    f"import asyncio, os, signal, sys\nasync def main():\n    {statement}\nasyncio.run(main())\n"
                )
                self.assertEqual(self.same("program.py").returncode, status)

    def test_module(self) -> None:
        os.mkdir(self.path("pack"))
        self.write("", "pack/__init__.py")
        self.write(
            """
            import sys, asyncio
            print(sys.argv, sys.path[0], __name__, __package__, __spec__.name)
            async def main(): raise RuntimeError("in a module")
            asyncio.run(main())
            """,
            "pack/__main__.py",
        )
        self.assertEqual(self.same("-m", "pack", "x", "-m", "y").returncode, 1)
        self.assertEqual(self.same("-mpack").returncode, 1)
        self.assertEqual(self.same("-m", "no.such.module").returncode, 1)

    def test_directory(self) -> None:
        os.mkdir(self.path("app"))
        self.write("import sys; print(sys.argv, sys.path[0]); 1/0", "app/__main__.py")
        self.assertEqual(self.same("app", "x").returncode, 1)

    @proves("complaints", "current")
    def test_reports_of_asyncio(self) -> None:
        """What asyncio itself logs: lost exceptions, pending tasks, coroutines never awaited, debug mode."""
        self.write(
            """
            import asyncio, gc, sys, re, logging
            logging.basicConfig(level=logging.DEBUG, format="%(message)s")
            async def fails(): raise ValueError("lost")
            async def forever(): await asyncio.get_event_loop().create_future()
            async def never(): pass
            async def main():
                asyncio.ensure_future(fails())
                await asyncio.sleep(0)
                print("after", flush=True, file=sys.stderr)
                await asyncio.sleep(0)
                never()
                task = asyncio.ensure_future(fails())
                await asyncio.sleep(0)
                print(re.sub("0x[0-9a-f]+", "", repr(task)))
                task.get_loop().call_soon(lambda: 1/0)
                await asyncio.sleep(0.01)
                del task
            gc.disable()
            asyncio.run(main())
            loop = asyncio.new_event_loop()
            loop.create_task(forever())
            loop.call_soon(loop.stop)
            loop.run_forever()
            loop.close()
            """
        )
        for options in ([], ["-X", "dev"]):
            recorded = self.finish(self.start([sys.executable, *options, *self.command("program.py")[1:]]))
            plain = self.finish(self.start([sys.executable, *options, "program.py"], env=environment()))
            self.assertEqual(recorded.stdout, plain.stdout)
            self.assertEqual(without_addresses(recorded.stderr), without_addresses(plain.stderr))

    @proves("signals")
    @unittest.skipUnless(os.path.isdir("/proc/self"), "needs /proc to see that the program sleeps")
    def test_interrupted(self) -> None:
        """Ctrl-C while the loop waits and while it computes."""
        for body, run in (
            ("await asyncio.sleep(60)", "asyncio.run"),
            ("time.sleep(60)", "asyncio.new_event_loop().run_until_complete"),
        ):
            with self.subTest(body):
                self.write(
                    f"""
                    import asyncio, time
                    async def main():
                        print("go", flush=True)
                        {body}
                    {run}(main())
                    """
                )
                results = []
                for command, env in (
                    ([sys.executable, "program.py"], environment()),
                    (self.command("program.py"), None),
                ):
                    process = self.start(command, env=env)
                    assert process.stdout
                    self.assertEqual(process.stdout.readline(), b"go\n")
                    wait_until_asleep(process.pid)
                    process.send_signal(signal.SIGINT)
                    results.append(self.finish(process))
                self.assertEqual(results[1].returncode, results[0].returncode)
                self.assertEqual(where_interrupted(results[1].stderr), where_interrupted(results[0].stderr))
                self.assertNotIn(b"loopscope", results[1].stderr)
                self.assertEqual(self.load().end, {"reason": "exit"})


def without_addresses(text: bytes) -> bytes:
    import re

    # On a busy machine debug mode calls any step slow.
    text = re.sub(rb"Executing <.*> took [0-9.]+ seconds\n", b"", text)
    return re.sub(rb"0x[0-9a-f]+|took \S+ seconds|poll [0-9.]+ ms took [0-9.]+ ms|Task-\d+|[0-9.]+ ms", b"#", text)


def wait_until_asleep(pid: int) -> None:
    """Until the program's main thread has not run for 50 ms."""
    before = None
    while True:
        with open(f"/proc/{pid}/task/{pid}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
        now = (fields[0], fields[11], fields[12])
        if now == before and fields[0] == "S":
            return
        before = now
        time.sleep(0.05)


def where_interrupted(text: bytes) -> List[bytes]:
    """The files of a traceback's frames: the lines depend on the moment."""
    lines = text.splitlines()
    return [line.strip().split(b",")[0] for line in lines if b"File" in line] + lines[-1:]


class InProcess(ProgramTest):
    """Where the process cannot become the program (here: `-S`, no `site`), it runs inside the command's."""

    def same(self, *arguments: str) -> int:
        plain = self.finish(self.start([sys.executable, "-S", *arguments]))
        recorded = self.finish(self.start([sys.executable, "-S", *self.command(*arguments)[1:]]))
        self.assertEqual(recorded.stderr, plain.stderr)
        self.assertEqual(recorded.stdout, plain.stdout)
        self.assertEqual(recorded.returncode, plain.returncode)
        return recorded.returncode

    def test_as_python(self) -> None:
        for statement in ("1 / 0", "sys.exit(3)", "sys.exit('bye')", "os._exit(7)", "raise KeyboardInterrupt", "pass"):
            with self.subTest(statement):
                self.write(
                    f"""
                    import asyncio, os, sys
                    print(sys.argv, sys.path[0], __name__, sys.modules["__main__"].__dict__ is globals(), flush=True)
                    async def main():
                        await asyncio.sleep(0)
                        {statement}
                    asyncio.run(main())
                    """
                )
                self.same("program.py", "a")
                self.same("-m", "program", "a")
                if "_exit" not in statement:
                    self.assertEqual(self.load().end, {"reason": "exit"})
                    self.assertTrue(self.load().tasks)

    def test_what_cannot_run(self) -> None:
        self.write("async def main(:\n", "wrong.py")
        self.assertEqual(self.same("wrong.py"), 1)
        self.assertEqual(self.same("nowhere.py"), 2)
        self.assertEqual(self.same("-m", "nowhere"), 1)


class CommandLine(ProgramTest):
    def bad(self, *arguments: str) -> None:
        done = self.finish(self.start([sys.executable, "-m", "loopscope", *arguments]))
        self.assertEqual(done.returncode, 2)
        self.assertEqual(done.stdout, b"")
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)

    def test_bad_use(self) -> None:
        self.bad()
        self.bad("run")
        self.bad("run", "-o")
        self.bad("run", "-m")
        self.bad("run", "--wrong", "x.py")
        self.bad("walk", "x.py")

    def test_version(self) -> None:
        done = self.finish(self.start([sys.executable, "-m", "loopscope", "--version"]))
        self.assertRegex(done.stdout.decode(), r"^loopscope \d+\.\d+\.\d+\n$")

    def test_default_name_and_directory(self) -> None:
        self.write("import asyncio; asyncio.run(asyncio.sleep(0))", "my.program.py")
        os.mkdir(self.path("traces"))
        for output, where in ((None, self.directory), ("traces", self.path("traces"))):
            done = self.finish(self.start(self.command("my.program.py", output=output)))
            self.assertEqual((done.returncode, done.stdout, done.stderr), (0, b"", b""))
            name = next(name for name in os.listdir(where) if name.endswith(".looptrace"))
            self.assertRegex(name, r"^my\.program-\d{8}-\d{6}-\d+\.looptrace$")

    def test_verbose(self) -> None:
        self.write("print(1)")
        done = self.finish(
            self.start([sys.executable, "-m", "loopscope", "run", "--verbose", "-o", "t.looptrace", "program.py"])
        )
        self.assertIn(b"t.looptrace", done.stderr)

    def test_header(self) -> None:
        self.write("import asyncio; asyncio.run(asyncio.sleep(0))")
        process = self.start(self.command("program.py", "a"))
        self.finish(process)
        header = self.load().header
        self.assertEqual(header["argv"], ["program.py", "a"])
        self.assertEqual(header["cwd"], self.directory)
        self.assertEqual(header["pid"], process.pid)
        self.assertEqual(header["ppid"], os.getpid())
        self.assertEqual(header["interpreter"]["version"], sys.version.split()[0])


class Injected(ProgramTest):
    def test_every_process_is_recorded(self) -> None:
        os.mkdir(self.path("mine"))
        self.write("print('mine')", "mine/sitecustomize.py")
        self.write(
            """
            import asyncio, subprocess, sys
            async def main():
                process = await asyncio.create_subprocess_exec(sys.executable, "child.py")
                await process.wait()
            asyncio.run(main())
            """
        )
        self.write("import asyncio; asyncio.run(asyncio.sleep(0))", "child.py")
        for wanted in ("1", self.path("all.looptrace"), self.path("dir") + os.sep):
            with self.subTest(wanted):
                os.makedirs(self.path("dir"), exist_ok=True)
                env = environment(LOOPSCOPE=wanted, PYTHONPATH=os.pathsep.join([INJECT, self.path("mine")]))
                done = self.finish(self.start([sys.executable, "program.py"], env=env))
                self.assertEqual((done.returncode, done.stdout, done.stderr), (0, b"mine\nmine\n", b""))
                where = self.path("dir") if wanted.endswith(os.sep) else self.directory
                names = sorted(name for name in os.listdir(where) if name.endswith(".looptrace"))
                self.assertEqual(len(names), 2, names)
                if wanted.endswith(".looptrace"):
                    self.assertEqual(names[1], "all.looptrace")
                    self.assertRegex(names[0], r"^all-\d+\.looptrace$")
                loaded = [self.load(os.path.join(where, name)) for name in names]
                self.assertEqual(sorted(trace.header["argv"][0] for trace in loaded), ["child.py", "program.py"])
                for trace in loaded:
                    self.assertEqual(trace.end, {"reason": "exit"})
                    self.assertTrue(trace.tasks)
                for name in names:
                    os.remove(os.path.join(where, name))

    def test_a_command_of_the_recorder_is_no_program(self) -> None:
        self.write("import asyncio; asyncio.run(asyncio.sleep(0))")
        os.mkdir(self.path("dir"))
        env = environment(LOOPSCOPE=self.path("dir") + os.sep, PYTHONPATH=INJECT)
        command = [sys.executable, "-m", "loopscope", "run", "-o", "asked.looptrace", "program.py"]
        done = self.finish(self.start(command, env=env))
        self.assertEqual((done.returncode, done.stderr, os.listdir(self.path("dir"))), (0, b"", []))
        self.assertEqual(self.load(self.path("asked.looptrace")).header["argv"], ["program.py"])

    def test_without_the_variable_nothing_is_recorded(self) -> None:
        self.write("import asyncio; asyncio.run(asyncio.sleep(0))")
        for value in ("", "0"):
            env = environment(LOOPSCOPE=value, PYTHONPATH=INJECT)
            done = self.finish(self.start([sys.executable, "program.py"], env=env))
            self.assertEqual((done.returncode, done.stdout, done.stderr, self.traces()), (0, b"", b"", []))


if __name__ == "__main__":
    unittest.main()
