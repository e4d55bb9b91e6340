"""The control channel: a recorded process answers, whatever its loops do, and is not disturbed by whoever asks."""

import json
import os
import socket
import stat
import subprocess
import sys
import unittest
from typing import Any, Dict, List

from controlled import BLOCKED, COUNTS, DEADLOCK, Client, ControlTest, read


class Found(ControlTest):
    def test_nobody_else_can_reach_it(self) -> None:
        process = self.begin(DEADLOCK)
        entry = self.entries()[process.pid]
        (name,) = [name for name in os.listdir(self.folder) if name.endswith(".json")]
        for path in (os.path.join(self.folder, name), entry["socket"]):
            self.assertEqual(stat.S_IMODE(os.lstat(path).st_mode), 0o600)
        self.assertEqual(len(os.listdir(self.folder)), 2)
        self.assertEqual(stat.S_IMODE(os.lstat(self.folder).st_mode), 0o700)
        self.assertTrue(stat.S_ISSOCK(os.lstat(entry["socket"]).st_mode))
        self.assertGreaterEqual(len(entry["token"]), 32)
        self.assertEqual((entry["version"], entry["pid"], entry["tcp"]), (1, process.pid, None))
        self.assertEqual(entry["trace"], self.path("t.looptrace"))
        self.assertEqual(entry["interpreter"]["version"], "{}.{}.{}".format(*sys.version_info[:3]))

    def test_a_folder_that_others_can_write_to_is_not_used(self) -> None:
        os.mkdir(self.folder, 0o700)
        os.chmod(self.folder, 0o777)
        done = self.finish(self.start(self.command(self.write(SHORT)), env=self.environment()))
        self.assertEqual((done.returncode, done.stdout), (0, b"done\n"))
        self.assertIn(b"loopscope: there is no control channel", done.stderr)
        self.assertEqual(os.listdir(self.folder), [])

    def test_a_folder_behind_a_link_is_not_used(self) -> None:
        os.mkdir(self.path("elsewhere"), 0o700)
        os.symlink(self.path("elsewhere"), self.folder)
        self.finish(self.start(self.command(self.write(SHORT)), env=self.environment()))
        self.assertEqual(os.listdir(self.path("elsewhere")), [])

    def test_the_users_folder(self) -> None:
        """The session's folder first; else a temporary one, also where the first has too long a name for a socket."""
        for session, folder in ((self.path("s"), "s/loopscope"), (self.path("s" * 100), f"t/loopscope-{os.getuid()}")):
            with self.subTest(folder):
                os.makedirs(session)
                os.makedirs(self.path("t"), exist_ok=True)
                self.folder = self.path(folder)
                extra = {"LOOPSCOPE_CONTROL": "", "XDG_RUNTIME_DIR": session, "TMPDIR": self.path("t")}
                process = self.begin(DEADLOCK, **extra)
                self.assertTrue(self.client(process).ask("snapshot")["ok"])

    def test_off(self) -> None:
        env = self.environment(LOOPSCOPE_CONTROL="0", TMPDIR=self.directory)
        process = self.start(self.command(self.write(SHORT)), env=env)
        self.assertEqual(self.finish(process).stderr, b"")
        self.assertEqual([name for name in os.listdir(self.directory) if "loopscope-" in name], [])

    def test_a_program_without_a_loop_has_none(self) -> None:
        done = self.finish(self.start(self.command(self.write("import time; time.sleep(0.2)")), env=self.environment()))
        self.assertEqual(done.returncode, 0)
        self.assertFalse(os.path.exists(self.folder))

    def test_it_ends_with_the_program(self) -> None:
        process = self.begin(SHORT)
        self.finish(process)
        self.assertEqual(os.listdir(self.folder), [])

    def test_what_a_killed_process_leaves_is_swept_by_the_next(self) -> None:
        killed = self.begin(DEADLOCK)
        killed.kill()
        killed.wait()
        self.assertEqual(list(self.entries()), [killed.pid])
        with self.assertRaises(ConnectionRefusedError):
            Client(self.entries()[killed.pid])
        living = self.begin(DEADLOCK)
        self.wait_for(lambda: list(self.entries()) == [living.pid])
        self.assertEqual(len(os.listdir(self.folder)), 2)

    def test_an_entry_of_a_number_that_is_used_again_is_swept(self) -> None:
        first = self.begin(DEADLOCK)
        entry = dict(self.entries()[first.pid], started="1", socket=os.path.join(self.folder, "1-x.sock"))
        with open(os.path.join(self.folder, "1-x.json"), "w", encoding="utf-8") as file:
            json.dump(entry, file)
        with open(os.path.join(self.folder, "2-x.json"), "w", encoding="utf-8") as file:
            file.write("no entry [[")
        second = self.begin(DEADLOCK)
        self.assertEqual(set(self.entries_but("2-x.json")), {first.pid, second.pid})
        self.assertFalse(os.path.exists(os.path.join(self.folder, "1-x.json")))

    def entries_but(self, name: str) -> Dict[int, Any]:
        os.unlink(os.path.join(self.folder, name))
        return self.entries()

    def test_a_network_port_only_when_asked(self) -> None:
        self.folder = self.path(f"loopscope-{os.getuid()}")
        process = self.begin(DEADLOCK, LOOPSCOPE_CONTROL="tcp:0", XDG_RUNTIME_DIR="", TMPDIR=self.directory)
        entry = self.entries()[process.pid]
        self.assertEqual((entry["socket"], entry["tcp"]["host"]), (None, "127.0.0.1"))
        client = self.client(process)
        self.assertTrue(client.ask("snapshot")["ok"])
        client.send(b'{"request": "snapshot"}\n')
        answer = client.answer()
        self.assertEqual((answer or {}).get("error"), "unauthenticated")
        self.assertIsNone(client.answer())


SHORT = """
import asyncio
async def main():
    await asyncio.sleep(0.3)
    print("done")
asyncio.run(main())
"""


class Asked(ControlTest):
    def test_snapshot_of_a_deadlock(self) -> None:
        process = self.begin(DEADLOCK)
        client = self.client(process)

        def both_wait() -> Any:
            answer = client.ask("snapshot")
            trace = read(answer)
            waits = [wait["label"] for task in ("Task-2", "Task-3") for wait in trace.waits(task)[-1:]]
            return waits == ["Lock.acquire", "Lock.acquire"] and (answer, trace)

        answer, trace = self.wait_for(both_wait)
        self.assertFalse(trace.cut)
        self.assertEqual(max(event.time for event in trace.events), answer["atNs"])

    def test_snapshot_of_a_blocked_loop(self) -> None:
        """The stack that blocks it is in the trace, and that of a thread without a loop."""
        process = self.begin(BLOCKED, LOOPSCOPE_BLOCK_THRESHOLD="0")
        answer = self.client(process).ask("snapshot")
        trace = read(answer)
        samples = {trace.streams[e.a]["name"]: trace.frames(e.aux) for e in trace.kinds("SAMPLE")}
        lines = self.lines(BLOCKED)
        self.assertEqual(samples["MainThread"][:2], [f"inner:{lines['blocks']}", f"main:{lines['blocks'] - 2}"])
        self.assertIn(f"other:{lines['waits']}", samples["other"])
        self.assertEqual(set(samples), {"MainThread", "other"})

    def test_cancel(self) -> None:
        """The trace says through whom, and the program ends as if it had done it itself."""
        process = self.begin(DEADLOCK)
        client = self.client(process)
        self.wait_for(lambda: "Lock.acquire" in str(read(client.ask("snapshot")).waits("Task-2")))
        answer = client.ask("cancel", task=read(client.ask("snapshot")).named("Task-2"))
        self.assertTrue(answer["ok"])
        done = self.finish(process)
        self.assertEqual((done.returncode, done.stdout), (0, b"go\none was cancelled\n"))
        trace = self.load()
        (request,) = trace.of("Task-2", "CANCEL_REQUEST")
        self.assertEqual([frame.split(":")[0] for frame in trace.frames(request.aux)], ["control_channel"])
        self.assertEqual(trace.of("Task-2")[-1].kind, "STEP_CANCEL")

    def test_cancel_of_a_task_whose_loop_is_blocked_comes_when_it_is_free(self) -> None:
        path = self.write(
            """
            import asyncio, sys
            async def main():
                sys.stdin.readline()
                await asyncio.sleep(60)
            asyncio.run(main())
            """
        )
        process = self.start(self.command(path), env=self.environment(), stdin=subprocess.PIPE)
        self.wait_for(lambda: process.pid in self.entries(), process)
        self.assertTrue(self.client(process).ask("cancel", task=1)["ok"])
        _, err = process.communicate(b"\n", timeout=60)
        self.assertEqual(process.returncode, 1)
        self.assertIn(b"CancelledError", err)
        self.assertEqual(len(self.load().of("Task-1", "CANCEL_REQUEST")), 1)

    def test_cancel_of_no_task(self) -> None:
        client = self.client(self.begin(DEADLOCK))
        self.assertEqual(client.ask("cancel", task=99)["error"], "no-such-task")
        for task in (None, "1", 1.5, True, -1, 10**30):
            self.assertIn(client.ask("cancel", task=task)["error"], ("bad-request", "no-such-task"))

    def test_mark(self) -> None:
        client = self.client(self.begin(DEADLOCK))
        trace = read(client.ask("mark", label="vorher ☂"))
        self.assertEqual([trace.strings[e.a] for e in trace.kinds("MARK")], ["vorher ☂"])
        for label in ("", "x" * 1001, 7, None):
            self.assertEqual(client.ask("mark", label=label)["error"], "bad-request")

    def test_stop_and_start(self) -> None:
        """The further trace has the tasks that wait since before it began, and whatever they do then."""
        process = self.begin(DEADLOCK)
        client = self.client(process)
        self.assertEqual(client.ask("start")["error"], "already-recording")
        stopped = client.ask("stop")
        self.assertEqual(read(stopped).end, {"reason": "stopped"})
        self.wait_for(lambda: self.entries()[process.pid]["trace"] is None)
        for request in ("stop", "snapshot", "mark", "cancel"):
            self.assertEqual(client.ask(request, label="x", task=1)["error"], "not-recording")
        self.assertEqual(client.ask("start", path="relative")["error"], "bad-request")
        nowhere = os.path.join(self.write("", "file"), "t.looptrace")
        self.assertEqual(client.ask("start", path=nowhere)["error"], "cannot-write")
        path = self.path("again.looptrace")
        self.assertEqual(client.ask("start", path=path)["trace"], path)

        def all_there() -> Any:
            trace = read(client.ask("snapshot"))
            return len(trace.tasks) == 3 and trace

        trace = self.wait_for(all_there)
        self.assertEqual({trace.waits(name)[-1]["kind"] for name in ("Task-2", "Task-3")}, {"lock"})
        client.ask("cancel", task=trace.named("Task-3"))
        self.assertEqual(self.finish(process).stdout, b"go\ntwo was cancelled\n")
        trace = self.load("again.looptrace")
        self.assertEqual(trace.end, {"reason": "exit"})
        self.assertEqual([trace.of(name)[-1].kind for name in ("Task-2", "Task-3")], ["STEP_RETURN", "STEP_CANCEL"])

    def test_two_clients_and_one_that_stalls(self) -> None:
        process = self.begin(COUNTS)
        stalled, first, second = (self.client(process) for _ in range(3))
        stalled.send(b'{"token": "')
        for _ in range(3):
            for client in (first, second):
                self.assertTrue(client.ask("snapshot", id=5)["ok"])
        self.assertEqual(first.ask("mark", label="x", id="mine")["id"], "mine")

    def test_a_client_that_dies(self) -> None:
        """Before, while and after it asks, and of a program that lets SIGPIPE kill it."""
        process = self.begin("import signal\nsignal.signal(signal.SIGPIPE, signal.SIG_DFL)\n" + COUNTS)
        whole = json.dumps({"token": self.entries()[process.pid]["token"], "request": "snapshot"}).encode() + b"\n"
        for part in (b"", whole[:20], whole, whole * 50):
            client = Client(self.entries()[process.pid])
            client.send(part)
            client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            client.close()
        self.assertTrue(self.client(process).ask("snapshot")["ok"])
        self.assertIsNone(process.poll())

    def test_more_clients_than_it_takes(self) -> None:
        process = self.begin(COUNTS)
        clients = [self.client(process) for _ in range(16)]
        self.assertTrue(clients[-1].ask("snapshot")["ok"])
        self.assertEqual((self.client(process).answer() or {})["error"], "busy")
        clients[0].close()
        self.wait_for(lambda: self.is_taken(process))

    def is_taken(self, process: "subprocess.Popen[bytes]") -> bool:
        try:
            return bool(self.client(process).ask("snapshot")["ok"])
        except OSError:  # the answer was `busy`, and the connection is closed
            return False

    def test_ten_thousand_tasks(self) -> None:
        process = self.begin(
            """
            import asyncio
            async def main():
                event = asyncio.Event()
                tasks = [asyncio.ensure_future(event.wait()) for _ in range(10_000)]
                await asyncio.sleep(0)
                print("go", flush=True)
                await asyncio.wait(tasks)
            asyncio.run(main())
            """
        )
        client = self.client(process)
        self.wait_for(lambda: len(read(client.ask("snapshot")).kinds("STEP_SUSPEND")) >= 10_001)


class Refuses(ControlTest):
    """What is no request of a client that may ask changes nothing."""

    def test_what_is_wrong_gets_an_error(self) -> None:
        process = self.begin(DEADLOCK)
        token = self.entries()[process.pid]["token"]
        with_token = {"token": token}
        cases: List[Any] = [
            (b'{"request": "cancel", "task": 2}', "unauthenticated"),
            (b'{"token": 7, "request": "cancel", "task": 2}', "unauthenticated"),
            (json.dumps({"token": token[:-1] + "\ud800", "request": "cancel", "task": 2}).encode(), "unauthenticated"),
            (b"GET / HTTP/1.1", "bad-request"),
            (b"\xff\xfe", "bad-request"),
            (b"[" * 10_000, "bad-request"),
            (b"", "bad-request"),
            (b"null", "bad-request"),
            (json.dumps({**with_token, "request": "shutdown"}).encode(), "bad-request"),
            (json.dumps({**with_token, "request": ["cancel"]}).encode(), "bad-request"),
            (json.dumps(with_token).encode(), "bad-request"),
            (json.dumps({**with_token, "request": "cancel", "task": 2, "id": {}}).encode(), "bad-request"),
            (json.dumps({**with_token, "request": "cancel", "task": 2, "x": "y" * 17_000}).encode(), "too-large"),
            (b"x" * 100_000, "too-large"),
        ]
        for line, error in cases:
            with self.subTest(line=line[:60]):
                client = self.client(process)
                client.send(line + b"\n")
                answer = client.answer()
                assert answer is not None
                self.assertEqual((answer["ok"], answer["error"]), (False, error))
                self.assertTrue(answer["message"])
                if error in ("unauthenticated", "too-large"):
                    self.assertIsNone(client.answer())
                client.close()
        trace = read(self.client(process).ask("snapshot"))
        self.assertEqual(trace.kinds("CANCEL_REQUEST", "MARK"), [])
        self.assertIsNone(trace.end)

    def test_a_line_that_never_ends(self) -> None:
        client = self.client(self.begin(DEADLOCK))
        client.send(b"x" * 16_384)
        self.assertEqual((client.answer() or {})["error"], "too-large")


if __name__ == "__main__":
    unittest.main()
