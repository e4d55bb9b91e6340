"""An error in any part of the control channel, whatever is asked."""

import os
import subprocess
import sys
import time
import unittest

from controlled import Client, ControlTest
from recorded import AT_ENDS

PYTHON_FAULT = """
owner, name, after = {owner}, {name!r}, {after}
plain = getattr(owner, name)
calls = [0]
def faulty(*args, **kwargs):
    calls[0] += 1
    if calls[0] > after: raise RuntimeError("a bug of the recorder")
    return plain(*args, **kwargs)
setattr(owner, name, faulty)
"""
FAULTY = """
import asyncio, sys
from loopscope import _adoption, _answers, _cancel_order, _channel, _control, _entry, _present, _recorder, _sampler
{fault}
async def hangs():
    await asyncio.Event().wait()
async def main():
    task = asyncio.ensure_future(hangs())
    await asyncio.get_event_loop().run_in_executor(None, sys.stdin.readline)
    task.cancel()
    await asyncio.wait([task])
    print("ended", task.cancelled())
    return 6
import loopscope
loopscope.start("t.looptrace")
sys.exit(asyncio.run(main()))
"""


class Faults(ControlTest):
    """An error in any part of the channel ends the channel, or the recording: never the program."""

    LONG = AT_ENDS

    def test_every_part(self) -> None:
        parts = (
            ("_channel.Channel", "listen_at"),
            ("_channel.Channel", "serve"),
            ("_channel.Channel", "_accept"),
            ("_channel.Channel", "_goes_on"),
            ("_channel.Channel", "_read"),
            ("_channel.Channel", "_handle"),
            ("_channel.Channel", "_send"),
            ("_channel", "_parsed"),
            ("_channel.Socket", "check"),
            ("_control.Control", "serve"),
            ("_control.Control", "_show"),
            ("_entry", "make_own"),
            ("_entry", "describe"),
            ("_entry", "write"),
            ("_entry", "sweep"),
            ("_entry", "remove"),
            ("_answers.Answers", "__call__"),
            ("_answers.Answers", "_written"),
            ("_sampler.Sampler", "look_at_all"),
            ("_sampler.Sampler", "_stream_of"),
            ("_cancel_order", "order"),
            ("_cancel_order", "cancelling"),
            ("_adoption", "_runner"),
            ("_adoption", "adopt"),
            ("_adoption", "meet_all"),
            ("_present", "_suspend"),
        )
        for owner, name in parts:
            for after in (0, 2) if owner == "_channel.Channel" else (0,):
                with self.subTest(part=f"{owner}.{name}", after=after):
                    self.check(FAULTY.format(fault=PYTHON_FAULT.format(owner=owner, name=name, after=after)))

    def check(self, program: str) -> None:
        command = [sys.executable, self.write(program)]
        process = self.start(command, env=self.environment(), stdin=subprocess.PIPE)
        self.ask_all(process)
        out, err = process.communicate(b"\n", timeout=60)
        self.assertEqual((process.returncode, out), (6, b"ended True\n"), err)
        self.assertLessEqual(len(err.splitlines()), 1, err)
        for line in err.splitlines():
            self.assertIn(b"a bug of the recorder", line)

    def ask_all(self, process: "subprocess.Popen[bytes]") -> None:
        """Everything that can be asked, as long as somebody answers."""
        self.wait_for(lambda: os.path.exists(self.path("t.looptrace")), process)
        limit = time.monotonic() + 1
        while process.pid not in self.entries() and time.monotonic() < limit:
            time.sleep(0.01)
        requests = ("snapshot", {}), ("mark", {"label": "x"}), ("cancel", {"task": 2}), ("stop", {}), ("start", {})
        for request, fields in (*requests, ("snapshot", {})):
            try:
                client = Client(self.entries()[process.pid])
                client.socket.settimeout(2)
                self.addCleanup(client.close)
                client.ask(request, **fields)
            except (KeyError, OSError, AssertionError):  # nobody listens, or not any more
                continue


if __name__ == "__main__":
    unittest.main()
