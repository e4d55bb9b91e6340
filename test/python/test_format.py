"""The encoder makes the bytes that docs/trace-format.md describes."""

import json
import struct
import unittest
from pathlib import Path

import make_golden
from loopscope import _format as fmt
from loopscope import _schema as schema
from tracefile import Trace

HEADER = {"pid": 1, "argv": ["ü.py"]}


GOLDEN = Path(__file__).parent.parent / "golden"


class Format(unittest.TestCase):
    def test_golden_files(self) -> None:
        """What the description of each golden file says is encoded to that very file."""
        names = sorted(GOLDEN.glob("*.json"))
        self.assertTrue(names)
        for name in names:
            with self.subTest(name.name):
                spec = json.loads(name.read_text(encoding="utf-8"))
                try:
                    made = make_golden.encode(spec)
                except make_golden.NeedsAccelerator:
                    self.skipTest("the accelerator is not built for this interpreter, or not in use")
                self.assertEqual(made, name.with_suffix(".looptrace").read_bytes())

    def test_golden_files_are_read(self) -> None:
        """The events that each golden file's description says, one by one, whatever their encoding."""
        for name in sorted(GOLDEN.glob("*.json")):
            with self.subTest(name.name):
                blocks = json.loads(name.read_text(encoding="utf-8"))["blocks"]
                said = [
                    (kind, aux, block["baseNs"] + dt, a, b)
                    for block in blocks
                    if block["type"] == "EVENTS"
                    for kind, aux, dt, a, b in block["records"]
                ]
                trace = Trace(name.with_suffix(".looptrace").read_bytes())
                self.assertEqual([(e.kind, e.aux, e.time, e.a, e.b) for e in trace.events], said)

    def test_header(self) -> None:
        data = fmt.header(HEADER)
        self.assertEqual(data[:12], b"LOOPTRC\n\x01\0\0\0")
        (length,) = struct.unpack_from("<I", data, 12)
        self.assertEqual(len(data), 16 + length)
        self.assertEqual(length % 8, 0)
        self.assertEqual(data[16:].rstrip(b" ").decode(), '{"pid":1,"argv":["ü.py"]}')

    def test_huge_command_line(self) -> None:
        self.assertLess(len(fmt.header(dict(HEADER, argv=["x.py", "y" * fmt.MAX_HEADER_BYTES]))), 1000)

    def test_strings_are_cut_at_a_character(self) -> None:
        for text in ("a" * 5000, "ü" * 3000, "x" + "€" * 2000, "🦆" * 1100):
            record = fmt.definition(schema.DEF_STRING, 1, fmt.text(text))
            (word,) = struct.unpack_from("<I", record)
            size = word >> 8
            value = record[8 : 4 + size].decode()
            self.assertLessEqual(size - 4, fmt.MAX_STRING_BYTES)
            self.assertGreater(size - 4, fmt.MAX_STRING_BYTES - 4)
            self.assertTrue(value.endswith("…") and text.startswith(value[:-1]))
            self.assertEqual(len(record) % 4, 0)
        self.assertEqual(fmt.text("a" * 4096), b"a" * 4096)
        self.assertEqual(fmt.text("\udcff"), "\ufffd".encode())

    def test_gaps_longer_than_a_block_can_hold(self) -> None:
        zero, second = 1_000, 1_000_000_000
        times = [zero, zero + 4 * second, zero + 5 * second, zero + 60 * second, zero + 61 * second]
        flat = [word for time in times for word in (schema.EV_ALIVE, time, 0, 0)]
        trace = Trace(fmt.header(HEADER) + STREAM + fmt.events(flat, zero, 1))
        self.assertEqual([event.time for event in trace.events], [time - zero for time in times])

    def test_times_never_decrease(self) -> None:
        blocks, latest = b"", 0
        for times in (5, 9, 7, 3, 12), (11, 13), ():  # written one after the other
            flat = [word for time in times for word in (schema.EV_ALIVE, time, 0, 0)]
            latest = fmt.in_order(flat, latest)
            blocks += fmt.events(flat, 0, 1)
        trace = Trace(fmt.header(HEADER) + STREAM + blocks)
        self.assertEqual([event.time for event in trace.events], [5, 9, 9, 9, 12, 12, 13])

    def test_every_cut_opens(self) -> None:
        data = make_golden.encode(SPEC)
        whole = Trace(data)
        self.assertEqual((whole.end, whole.cut), ({"reason": "exit"}, False))
        self.assertEqual([event.kind for event in whole.events], ["LOOP_START", "TASK_CREATE"])
        start = len(fmt.header(HEADER))
        for length in range(start, len(data)):
            cut = Trace(data[:length])
            self.assertLessEqual(len(cut.events), 2)


STREAM = make_golden.encode_block(
    {"type": "DEFINITIONS", "baseNs": 0, "records": [["STRING", 1, "MainThread"], ["STREAM", 1, 1, 7, 0]]}
)
SPEC = {
    "header": HEADER,
    "blocks": [
        {
            "type": "DEFINITIONS",
            "baseNs": 0,
            "stream": 0,
            "records": [
                ["STRING", 1, "MainThread"],
                ["STREAM", 1, 1, 7, 0],
                ["LOOP", 1, 1, 1],
                ["LOCATION", 1, 1, 1, 10],
                ["TASK", 1, 1, 1, 1, 0],
            ],
        },
        {
            "type": "EVENTS",
            "baseNs": 123,
            "stream": 1,
            "records": [["LOOP_START", 0, 0, 1, 0], ["TASK_CREATE", 0, 50, 1, 0]],
        },
        {"type": "END", "baseNs": 456, "reason": "exit"},
    ],
}

if __name__ == "__main__":
    unittest.main()
