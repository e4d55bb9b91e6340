"""A client of the control channel for tests, written from docs/control-channel.md alone."""

import json
import os
import socket
import subprocess
import time
from typing import Any, Dict, List, Optional

import tracefile
from recorded import RUNTIME, ProgramTest, environment

PATIENCE_S = 30.0

DEADLOCK = """
import asyncio
async def worker(name, first, second):
    try:
        async with first:
            await asyncio.sleep(0.01)
            async with second:
                pass
    except asyncio.CancelledError:
        print(name, "was cancelled", flush=True)
        raise
async def main():
    a, b = asyncio.Lock(), asyncio.Lock()
    tasks = [asyncio.ensure_future(worker("one", a, b)), asyncio.ensure_future(worker("two", b, a))]
    print("go", flush=True)
    await asyncio.wait(tasks)
asyncio.run(main())
"""

BLOCKED = """
import asyncio, threading, time
async def main():
    print("go", flush=True)
    inner()
def inner():
    time.sleep(60)  # blocks
def other():
    threading.Event().wait()  # waits
threading.Thread(target=other, name="other", daemon=True).start()
asyncio.run(main())
"""

COUNTS = """
import asyncio, sys
async def main():
    for number in range(10**9):
        await asyncio.sleep(0.001)
        if not number: print("go", flush=True)
asyncio.run(main())
"""


def read(answer: Dict[str, Any]) -> tracefile.Trace:
    """The trace up to where the answer says."""
    with open(answer["trace"], "rb") as file:
        return tracefile.Trace(file.read(answer["bytes"]))


class Client:
    """A connection to a process."""

    def __init__(self, entry: Dict[str, Any]) -> None:
        self.entry = entry
        if entry["socket"]:
            self.socket = socket.socket(socket.AF_UNIX)
            try:
                self.socket.connect(entry["socket"])
            except OSError:
                self.socket.close()
                raise
        else:
            self.socket = socket.create_connection((entry["tcp"]["host"], entry["tcp"]["port"]))
        self.socket.settimeout(PATIENCE_S)
        self.file = self.socket.makefile("rb")

    def close(self) -> None:
        self.file.close()
        self.socket.close()

    def send(self, line: bytes) -> None:
        self.socket.sendall(line)

    def answer(self) -> Optional[Dict[str, Any]]:
        """The next line; None when the connection was closed."""
        try:
            line = self.file.readline()
        except ConnectionResetError:
            return None
        return json.loads(line) if line else None

    def ask(self, request: str, **fields: Any) -> Dict[str, Any]:
        text = json.dumps({"token": self.entry["token"], "request": request, **fields})
        self.send(text.encode() + b"\n")
        answer = self.answer()
        assert answer is not None, "the connection was closed"
        return answer


class ControlTest(ProgramTest):
    """A test whose programs have their control channel in a folder of the test's own."""

    def setUp(self) -> None:
        super().setUp()
        self.folder = self.path("c")

    def environment(self, **extra: str) -> Dict[str, str]:
        return environment(**{"PYTHONPATH": RUNTIME, "LOOPSCOPE_CONTROL": self.folder, **extra})

    def begin(self, source: str, **extra: str) -> "subprocess.Popen[bytes]":
        """Start a recorded program; returns when its channel is open."""
        return self.launch(self.command(self.write(source)), **extra)

    def launch(self, command: List[str], **extra: str) -> "subprocess.Popen[bytes]":
        process = self.start(command, env=self.environment(**extra))
        self.wait_for(lambda: process.pid in self.entries(), process)
        return process

    def entries(self) -> Dict[int, Dict[str, Any]]:
        """What is in the folder, by process id."""
        found = {}
        for name in os.listdir(self.folder) if os.path.isdir(self.folder) else ():
            if name.endswith(".json"):
                try:
                    with open(os.path.join(self.folder, name), encoding="utf-8") as file:
                        entry = json.load(file)
                    found[entry["pid"]] = entry
                except (FileNotFoundError, ValueError):  # gone, or not an entry
                    continue
        return found

    def client(self, process: "subprocess.Popen[bytes]") -> Client:
        client = Client(self.entries()[process.pid])
        self.addCleanup(client.close)
        return client

    def wait_for(self, condition: Any, process: "Optional[subprocess.Popen[bytes]]" = None) -> Any:
        """The first true value of `condition()`."""
        limit = time.monotonic() + PATIENCE_S
        while time.monotonic() < limit:
            value = condition()
            if value:
                return value
            if process is not None and process.poll() is not None:
                break
            time.sleep(0.005)
        status = process.poll() if process is not None else None
        errors = process.communicate()[1].decode() if process is not None and status is not None else ""
        raise AssertionError(f"it did not happen; the program's status is {status} {errors}")
