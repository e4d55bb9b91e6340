"""Whoever can be asked is not disturbed by that: descriptors, threads, forks, children."""

import os
import unittest

from controlled import COUNTS, Client, ControlTest, read


class Undisturbed(ControlTest):
    def test_a_forked_child_has_its_own(self) -> None:
        process = self.begin(
            """
            import asyncio, os, sys
            async def main():
                await asyncio.sleep(60)
            async def parent():
                await asyncio.sleep(0.2)
            asyncio.run(parent())
            if os.fork() == 0:
                asyncio.run(main())
            asyncio.run(main())
            """
        )
        self.wait_for(lambda: len(self.entries()) == 2)
        entries = self.entries()
        self.assertEqual(len({entry["token"] for entry in entries.values()}), 2)
        traces = {}
        for pid, entry in entries.items():
            client = Client(entry)
            self.addCleanup(client.close)
            traces[pid] = read(client.ask("snapshot"))
            self.assertEqual(traces[pid].header["pid"], pid)
        sockets = {pid: self.sockets(pid) for pid in entries}
        child = next(pid for pid in entries if pid != process.pid)
        self.assertEqual(sockets[child] & sockets[process.pid], set())
        for pid in entries:
            os.kill(pid, 9)

    @staticmethod
    def sockets(pid: int) -> "set[str]":
        """The sockets with the numbers that the recorder uses."""
        folder = f"/proc/{pid}/fd"
        links = [os.readlink(os.path.join(folder, fd)) for fd in os.listdir(folder) if int(fd) >= 200]
        return {link for link in links if link.startswith("socket:")}

    def test_a_child_process_inherits_nothing(self) -> None:
        self.begin(
            """
            import asyncio, os, subprocess, sys
            async def main():
                await asyncio.sleep(0.3)
                code = "import os; print([fd for fd in os.listdir('/proc/self/fd') if 200 <= int(fd) < 250])"
                done = subprocess.run([sys.executable, "-c", code], close_fds=False, stdout=subprocess.PIPE)
                print(done.stdout.decode(), end="", flush=True)
            asyncio.run(main())
            """
        )
        process = self.start(self.command(self.path("program.py")), env=self.environment())
        self.assertEqual(self.finish(process).stdout, b"[]\n")

    def test_a_program_that_closes_all_descriptors_and_uses_their_numbers(self) -> None:
        process = self.start(
            self.command(
                self.write(
                    """
                    import asyncio, os, socket, sys, time
                    def numbers():
                        return [fd for fd in range(200, 260) if os.path.exists(f"/proc/self/fd/{fd}")]
                    async def main():
                        while not any(os.readlink(f"/proc/self/fd/{fd}").startswith("socket:") for fd in numbers()):
                            await asyncio.sleep(0.01)
                        taken = numbers()
                        os.closerange(200, 260)
                        ends = [socket.socketpair() for _ in range(4)]
                        for fd, (ours, theirs) in zip(taken, ends):
                            os.dup2(theirs.fileno(), fd)
                            theirs.close()
                        await asyncio.sleep(0.3)
                        for fd, (ours, theirs) in zip(taken, ends):
                            ours.sendall(b"still mine")
                            assert os.read(fd, 100) == b"still mine"
                        print("mine")
                    asyncio.run(main())
                    """
                )
            ),
            env=self.environment(),
        )
        done = self.finish(process)
        self.assertEqual((done.returncode, done.stdout), (0, b"mine\n"), done.stderr.decode())

    def test_when_the_recording_fails_nobody_can_ask(self) -> None:
        process = self.begin(COUNTS)
        os.unlink(self.path("t.looptrace"))
        self.wait_for(lambda: os.listdir(self.folder) == [])
        self.assertIsNone(process.poll())

    def test_the_program_has_the_threads_that_it_started(self) -> None:
        done = self.finish(
            self.start(
                self.command(
                    self.write(
                        """
                        import asyncio, threading
                        async def main():
                            await asyncio.sleep(0.2)
                            loop = asyncio.get_running_loop()
                            print(threading.active_count(), len(asyncio.all_tasks()), len(loop._scheduled))
                        asyncio.run(main())
                        """
                    )
                ),
                env=self.environment(),
            )
        )
        self.assertEqual(done.stdout, b"1 1 0\n")


if __name__ == "__main__":
    unittest.main()
