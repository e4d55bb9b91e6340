"""A recording that begins in a program that already runs; a look at one that is not recorded."""

import os
import subprocess
import sys
import unittest

import tracefile
from controlled import BLOCKED, COUNTS, ControlTest, read


class InTheMiddle(ControlTest):
    """A recording that begins when loops run already has their tasks, and changes nothing that they do."""

    PROGRAM = """
        import asyncio, threading
        async def child(number, event):
            await event.wait()
            return number
        async def awaits(other):
            return await other
        async def locks(lock):
            async with lock:
                return "locked"
        async def main(begin):
            event, lock = asyncio.Event(), asyncio.Lock()
            await lock.acquire()
            def task(coroutine, name):
                made = asyncio.ensure_future(coroutine)
                made.set_name(name)
                return made
            gathered = asyncio.gather(*(task(child(n, event), f"child-{n}") for n in range(3)))
            dropped = asyncio.gather(*(task(child(n, asyncio.Event()), f"dropped-{n}") for n in range(2)))
            gathers, waits = task(awaits(gathered), "gathers"), task(locks(lock), "waits")
            sleeps = task(asyncio.sleep(0.001), "sleeps")
            not_begun = task(asyncio.sleep(0), "not begun")
            begin()
            await asyncio.sleep(0.05)
            dropped.cancel()
            event.set()
            lock.release()
            ended = await asyncio.gather(dropped, return_exceptions=True)
            print(await gathers, await waits, await sleeps, await not_begun, ended)
    """

    @unittest.skipUnless(sys.version_info >= (3, 11), "asyncio.TaskGroup is of Python 3.11")
    def test_a_task_group_that_is_open(self) -> None:
        trace = self.record_here(
            """
            import asyncio, loopscope
            async def child(event):
                await event.wait()
            async def main():
                event = asyncio.Event()
                async with asyncio.TaskGroup() as group:
                    group.create_task(child(event), name="early")
                    await asyncio.sleep(0)
                    loopscope.start("t.looptrace")
                    await asyncio.sleep(0.02)
                    group.create_task(child(event), name="late")
                    asyncio.get_running_loop().call_later(0.02, event.set)
            asyncio.run(main())
            """
        )
        (opened,) = [e for e in trace.kinds("SCOPE_OPEN") if trace.objects[e.a]["kind"] == "task_group"]
        self.assertEqual(trace.names()[opened.b], "Task-1")
        self.assertEqual([trace.names()[e.b] for e in trace.kinds("SCOPE_CHILD")], ["early", "late"])
        self.assertEqual(trace.waits("Task-1")[-1]["kind"], "task_group")
        self.assertEqual([e.aux for e in trace.kinds("SCOPE_CLOSE")], [1])

    def record_here(self, source: str) -> tracefile.Trace:
        done = self.finish(self.start([sys.executable, self.write(source)], env=self.environment()))
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        return self.load()

    def test_start_inside_a_running_loop(self) -> None:
        begin = '\n        import loopscope\n        asyncio.run(main(lambda: loopscope.start("t.looptrace")))\n'
        done = self.finish(self.start([sys.executable, self.write(self.PROGRAM + begin)], env=self.environment()))
        self.assertEqual(done.stderr, b"")
        self.assertIn(b"[0, 1, 2] locked None None [CancelledError()]", done.stdout)
        trace = self.load()
        self.assertEqual(trace.end, {"reason": "exit"})
        for number in range(3):
            self.assertEqual(trace.waits(f"child-{number}")[0]["kind"], "event")
            self.assertEqual(trace.of(f"child-{number}")[-1].kind, "STEP_RETURN")
            self.assertEqual([e.kind for e in trace.of(f"dropped-{number % 2}")][-1], "STEP_CANCEL")
        self.assertEqual([wait["kind"] for wait in trace.waits("waits")], ["lock"])
        self.assertEqual([wait["kind"] for wait in trace.waits("gathers")], ["gather"])
        (gathered,) = [e for e in trace.kinds("SCOPE_OPEN") if e.b == trace.named("gathers")]
        children = [trace.names()[e.b] for e in trace.kinds("SCOPE_CHILD") if e.a == gathered.a]
        self.assertEqual(children, ["child-0", "child-1", "child-2"])
        self.assertEqual([e.aux for e in trace.kinds("SCOPE_CLOSE") if e.a == gathered.a], [1])
        self.assertEqual(trace.of("not begun")[-1].kind, "STEP_RETURN")

    @unittest.skipUnless(hasattr(sys, "remote_exec"), "sys.remote_exec is of CPython 3.14")
    def test_attach(self) -> None:
        begin = '\n        asyncio.run(main(lambda: print("go", flush=True)))\n'
        source = self.PROGRAM.replace("asyncio.sleep(0.05)", "asyncio.to_thread(input)") + begin
        process = self.start([sys.executable, self.write(source)], env=self.environment(), stdin=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        done = self.attach(process, "-o", self.path("t.looptrace"), "--interrupt")
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertIn(self.path("t.looptrace").encode(), done.stdout)
        self.wait_for(lambda: process.pid in self.entries(), process)
        client = self.client(process)
        self.wait_for(lambda: len(read(client.ask("snapshot")).tasks) >= 8)
        again = self.attach(process)
        self.assertEqual(again.returncode, 2)
        out, err = process.communicate(b"\n", timeout=60)
        self.assertEqual((process.returncode, err), (0, b""))
        self.assertIn(b"[0, 1, 2] locked None None [CancelledError()]", out)
        trace = self.load()
        self.assertEqual(trace.end, {"reason": "exit"})
        self.assertEqual(trace.of("child-2")[-1].kind, "STEP_RETURN")

    @unittest.skipUnless(hasattr(sys, "remote_exec"), "CPython sees into another process from 3.14 on")
    def test_a_look_from_outside(self) -> None:
        """Nothing runs in the process: who waits for whom, where, and what a blocked loop does."""
        trace = self.look_at(
            """
            import asyncio
            async def child(lock):
                async with lock: pass
            async def main():
                lock = asyncio.Lock()
                await lock.acquire()
                children = [asyncio.create_task(child(lock), name=f"child-{n}") for n in range(3)]
                asyncio.get_running_loop().call_soon(print, "go")
                await asyncio.gather(*children)
            asyncio.run(main())
            """
        )
        self.assertEqual(trace.waits("child-1")[-1]["kind"], "lock")
        self.assertEqual(trace.waits("Task-1")[-1]["kind"], "gather")
        children = [trace.names()[e.b] for e in trace.kinds("SCOPE_CHILD")]
        self.assertEqual(sorted(children), ["child-0", "child-1", "child-2"])
        self.assertIn("outside", " ".join(trace.strings[e.b] for e in trace.kinds("DROPPED")))
        trace = self.look_at(BLOCKED)
        self.assertEqual([e.kind for e in trace.of("Task-1")], ["TASK_CREATE", "STEP_BEGIN"])
        (sample,) = trace.kinds("SAMPLE")
        self.assertEqual([frame.split(":")[0] for frame in trace.frames(sample.aux)], ["inner", "main"])

    def look_at(self, source: str) -> tracefile.Trace:
        process = self.start([sys.executable, "-u", self.write(source)], env=self.environment())
        assert process.stdout is not None
        process.stdout.readline()
        file = self.path("look.looptrace")
        command = [sys.executable, "-m", "loopscope", "look", str(process.pid), "-o", file]
        done = self.finish(self.start(command, env=self.environment()))
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        process.kill()
        return tracefile.load(file)

    def attach(self, process: "subprocess.Popen[bytes]", *options: str) -> "subprocess.CompletedProcess[bytes]":
        command = [sys.executable, "-m", "loopscope", "attach", str(process.pid), *options]
        return self.finish(self.start(command, env=self.environment()))

    def test_what_cannot_be_attached_to(self) -> None:
        process = self.start(["sleep", "60"])
        done = self.attach(process)
        self.assertEqual((done.returncode, done.stdout, done.stderr.count(b"\n")), (2, b"", 1))
        expected = b"cannot be reached" if hasattr(sys, "remote_exec") else b"cannot be recorded while it runs"
        self.assertIn(expected, done.stderr)

    @unittest.skipUnless(hasattr(sys, "remote_exec"), "sys.remote_exec is of CPython 3.14")
    @unittest.skipUnless(os.getuid() == 0, "only the superuser can be somebody else")
    def test_another_users_process_says_what_it_takes(self) -> None:
        process = self.start([sys.executable, self.write(COUNTS)])
        code = f"""
            import os
            from loopscope import _attach
            os.setgid(65534)
            os.setuid(65534)
            _attach.attach({process.pid}, None, False)
        """
        done = self.finish(self.start([sys.executable, self.write(code, "ask.py")], env=self.environment()))
        self.assertIn(
            b"it is another user's, and that takes CAP_SYS_PTRACE. For once: sudo env PYTHONPATH=", done.stderr
        )


if __name__ == "__main__":
    unittest.main()
