"""A reader of `.looptrace` files for tests, written from docs/trace-format.md alone.

`Trace(data)` decodes and checks: dense ids, references defined before their use, times that never decrease
within a stream, payloads that have the promised size. A file that is cut is fine, and says so in `cut`.
"""

import json
import os
import struct
import sys
from typing import Any, Dict, List, NamedTuple, Optional

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "runtime", "python"))
from loopscope import _schema as schema

EVENTS = {value: name[3:] for name, value in vars(schema).items() if name.startswith("EV_")}
AWAITS = {value: name[6:].lower() for name, value in vars(schema).items() if name.startswith("AWAIT_")}
TARGETS = {value: name[7:].lower() for name, value in vars(schema).items() if name.startswith("TARGET_")}
OBJECTS = {value: name[7:].lower() for name, value in vars(schema).items() if name.startswith("OBJECT_")}
STEP_ENDS = ("STEP_SUSPEND", "STEP_YIELD", "STEP_RETURN", "STEP_RAISE", "STEP_CANCEL")
OBJECT_EVENTS = ("ACQUIRE", "RELEASE", "LEVEL", "CAPACITY", "SCOPE_OPEN", "SCOPE_CHILD", "SCOPE_CLOSE", "JOB_SUBMIT")
OBJECT_EVENTS += (
    "JOB_BEGIN",
    "JOB_END",
    "DETAIL",
    "OPENED",
    "CLOSED",
    "RECEIVED",
    "SENT",
    "WRITING",
    "SPAWNED",
    "EXITED",
)
OBJECT_EVENTS += ("KILLED",)
STACKED = (
    "SAMPLE",
    "THREADSAFE_CALL",
    "FOREIGN_CALL",
    "UNRETRIEVED",
    "NEVER_AWAITED",
    "LOOP_ERROR",
    "UNCANCEL",
    "WATCH",
)
STACKED += ("LOOP_START", "TIMER_SET", "TIMER_CANCEL", "OPENED", "WRITING", "SPAWNED", "KILLED", "CALLBACK_REPEATS")
# What the recorder's own thread tells of the machine: a busy one brings them into any trace.
OF_THE_MACHINE = frozenset(("ALIVE", "DROPPED", "SAMPLE", "PROCESSOR_WAIT"))


class Event(NamedTuple):
    kind: str
    time: int  # ns since the trace's zero
    aux: int
    a: int
    b: int
    stream: int


class BadTrace(AssertionError):
    pass


def check(condition: Any, message: str) -> None:
    if not condition:
        raise BadTrace(message)


def whole_steps(payload: bytes) -> bytes:
    """An EVENTS payload of encoding 1 as it is in encoding 0."""
    plain: List[int] = []
    for word, dt, a, b in struct.iter_unpack("<4I", payload[: len(payload) // 16 * 16]):
        if word & 0x80:
            plain += (schema.EV_STEP_BEGIN, dt, a, 0, word & ~0x80, dt + b, a, 0)
        else:
            plain += (word, dt, a, b)
    return struct.pack(f"<{len(plain)}I", *plain)


class Trace:
    def __init__(self, data: bytes) -> None:
        self.strings: Dict[int, str] = {0: ""}
        self.locations: Dict[int, Dict[str, Any]] = {}
        self.stacks: Dict[int, Dict[str, int]] = {}
        self.awaits: Dict[int, Dict[str, Any]] = {}
        self.tasks: Dict[int, Dict[str, Any]] = {}
        self.loops: Dict[int, Dict[str, Any]] = {}
        self.streams: Dict[int, Dict[str, Any]] = {}
        self.objects: Dict[int, Dict[str, Any]] = {}
        self.events: List[Event] = []  # in file order; within a stream that is the order in time
        self.end: Optional[Dict[str, Any]] = None
        self.cut = False
        self.bytes = len(data)
        self._latest: Dict[int, int] = {}
        magic, self.major, self.minor, length = struct.unpack_from("<8sHHI", data)
        check(magic == b"LOOPTRC\n" and length % 8 == 0, "not a trace")
        self.header = json.loads(data[16 : 16 + length].decode())
        self._blocks(data, 16 + length)

    def _blocks(self, data: bytes, offset: int) -> None:
        while offset < len(data):
            if offset + 32 > len(data):
                self.cut = True
                return
            magic, kind, encoding, zero, length, records, base, stream, zero2 = struct.unpack_from(
                "<IBBHIIQII", data, offset
            )
            check(magic == 0x4B53424C and not zero and not zero2, f"bad block at {offset}")
            check(
                encoding == 0 or (encoding == 1 and kind == schema.BLOCK_EVENTS), f"encoding of the block at {offset}"
            )
            check(length % 4 == 0 and base < 2**53, f"bad block at {offset}")
            check(self.end is None, "a block follows END")
            payload = data[offset + 32 : offset + 32 + length]
            self.cut = len(payload) < length
            if kind == schema.BLOCK_DEFINITIONS:
                self._definitions(payload, records)
            elif kind == schema.BLOCK_EVENTS:
                check(stream in self.streams, f"events of the undefined stream {stream}")
                check(length == records * 16, "size of an events block")
                self._events(whole_steps(payload) if encoding else payload, base, stream)
            elif kind == schema.BLOCK_END and not self.cut:
                self.end = json.loads(payload.decode())
            offset += 32 + length

    def _definitions(self, payload: bytes, records: int) -> None:
        offset = count = 0
        while offset + 4 <= len(payload):
            (word,) = struct.unpack_from("<I", payload, offset)
            kind, size = word & 0xFF, word >> 8
            body = payload[offset + 4 : offset + 4 + size]
            if len(body) < size:
                check(self.cut, "a definition exceeds its block")
                return
            self._define(kind, body)
            offset += 4 + (size + 3) // 4 * 4
            count += 1
        check(self.cut or count == records, f"{count} records, {records} promised")

    def _define(self, kind: int, body: bytes) -> None:
        f = struct.unpack_from(f"<{len(body) // 4 if kind != schema.DEF_STRING else 1}I", body)
        s = self.strings
        if kind == schema.DEF_STRING:
            check(len(body) - 4 <= 4096, "string too long")
            self._put(s, f[0], body[4:].decode(), first=1)
        elif kind == schema.DEF_LOCATION:
            self._put(self.locations, f[0], {"file": s[f[1]], "function": s[f[2]], "line": f[3]})
        elif kind == schema.DEF_STACK:
            check(f[1] == 0 or f[1] in self.stacks, "parent of a stack")
            check(f[2] in self.locations, "location of a stack")
            self._put(self.stacks, f[0], {"parent": f[1], "location": f[2]})
        elif kind == schema.DEF_AWAIT:
            check(f[3] == 0 or f[3] in self.stacks, "stack of an await")
            entry = {"kind": AWAITS[f[1]], "label": s[f[2]], "stack": f[3], "targetKind": TARGETS[f[4]]}
            self._put(self.awaits, f[0], entry)
        elif kind == schema.DEF_TASK:
            check(f[1] == 0 or f[1] in self.loops, "loop of a task")
            entry = {"loop": f[1], "coroutine": self.locations[f[2]], "name": s[f[3]], "flags": f[4]}
            self._put(self.tasks, f[0], entry)
        elif kind == schema.DEF_LOOP:
            check(f[2] == 0 or f[2] in self.streams, "stream of a loop")
            self._put(self.loops, f[0], {"class": s[f[1]], "stream": f[2]})
        elif kind == schema.DEF_STREAM:
            self._put(self.streams, f[0], {"name": s[f[1]], "thread": f[2] | f[3] << 32})
        elif kind == schema.DEF_OBJECT:
            self._put(self.objects, f[0], {"kind": OBJECTS[f[1]], "label": s[f[2]], "creator": f[3]})
        else:
            raise BadTrace(f"unknown definition {kind}")

    @staticmethod
    def _put(table: Dict[int, Any], ident: int, value: Any, first: int = 0) -> None:
        check(ident == len(table) + 1 - first, f"id {ident} after {len(table) - first}")
        table[ident] = value

    def _events(self, payload: bytes, base: int, stream: int) -> None:
        whole = len(payload) // 16 * 16
        for word, dt, a, b in struct.iter_unpack("<4I", payload[:whole]):
            kind, aux, time = EVENTS[word & 0xFF], word >> 8, base + dt
            check(time >= self._latest.get(stream, 0), f"time runs backwards in stream {stream}")
            self._latest[stream] = time
            self._refer(kind, aux, a, b)
            self.events.append(Event(kind, time, aux, a, b, stream))

    def _refer(self, kind: str, aux: int, a: int, b: int) -> None:
        if kind.startswith(("STEP", "TASK", "CANCEL")):
            check(a in self.tasks, f"{kind} of the undefined task {a}")
        if kind in ("STEP_SUSPEND", "STEP_YIELD"):
            check(aux in self.awaits or aux == 0, f"{kind}: await {aux}")
            target = self.awaits[aux]["targetKind"] if aux else "none"
            check(target != "task" or b == 0 or b in self.tasks, f"{kind}: task {b}")
            check(target != "object" or b == 0 or b in self.objects, f"{kind}: object {b}")
        if kind in ("TASK_CREATE", "TASK_READY", "CANCEL_REQUEST", "STEP_RAISE"):
            check(aux == 0 or aux in self.stacks, f"{kind}: stack {aux}")
        if kind in ("TASK_CREATE", "TASK_READY", "CANCEL_REQUEST", "CALLBACK_BEGIN", "TIMER_BEGIN"):
            task = b if kind.startswith(("TASK", "CANCEL")) else a
            check(task == 0 or task in self.tasks, f"{kind}: task {task}")
        if kind in ("STEP_RAISE", "STEP_CANCEL", "TASK_NAME", "CANCEL_MESSAGE"):
            check(b in self.strings, f"{kind}: string {b}")
        if kind in OBJECT_EVENTS:
            check(a in self.objects, f"{kind}: object {a}")
            of_task = kind in ("ACQUIRE", "RELEASE", "SCOPE_OPEN", "SCOPE_CHILD", "SCOPE_CLOSE")
            check(not of_task or b == 0 or b in self.tasks, f"{kind}: task {b}")
            check(kind in ("SCOPE_CLOSE", "JOB_END") or aux == 0 or aux in self.stacks, f"{kind}: stack {aux}")
        if kind in ("CALLBACK_BEGIN", "TIMER_BEGIN"):
            check(aux == 0 or aux in self.locations, f"{kind}: location {aux}")
        if kind in STACKED:
            check(aux == 0 or aux in self.stacks, f"{kind}: stack {aux}")
        if kind in ("SAMPLE", "PROCESSOR_WAIT"):
            check(a in self.streams, f"{kind}: stream {a}")
        if kind in ("DETAIL", "CLOSED", "LOOP_STOP"):
            check(b in self.strings, f"{kind}: string {b}")
        if kind in ("TIMER_SET", "CALLBACK_REPEATS", "FINALIZED"):
            location = b if kind == "TIMER_SET" else a
            check(location == 0 or location in self.locations, f"{kind}: location {location}")
        if kind in ("TIMER_CANCEL", "FINALIZED"):
            check(b == 0 or b in self.tasks, f"{kind}: task {b}")
        if kind == "OPENED":
            check(b == 0 or b in self.objects, f"{kind}: object {b}")
        if kind in ("UNRETRIEVED", "UNCANCEL"):
            check(a == 0 or a in self.tasks, f"{kind}: task {a}")
        if kind == "LOOP_ERROR":
            check(a in self.strings and (b == 0 or b in self.tasks), f"{kind}: {a} {b}")
        elif kind.startswith(("LOOP", "POLL", "RUN")) or kind.endswith("_CALL"):
            check(a in self.loops, f"{kind}: loop {a}")

    # Questions that tests ask.

    def names(self) -> Dict[int, str]:
        """The latest names of all tasks."""
        names = {ident: task["name"] for ident, task in self.tasks.items()}
        for event in self.events:
            if event.kind == "TASK_NAME":
                names[event.a] = self.strings[event.b]
        return names

    def named(self, name: str) -> int:
        """Id of the one task with this latest name."""
        names = self.names()
        found = [ident for ident, known in names.items() if known == name]
        check(len(found) == 1, f"{len(found)} tasks are named {name!r}; there are {sorted(names.values())}")
        return found[0]

    def of(self, name: str, *kinds: str) -> List[Event]:
        """The events of a task, in order of time; all kinds, or those given."""
        ident = self.named(name)
        found = [e for e in self.events if e.kind.startswith(("STEP", "TASK", "CANCEL")) and e.a == ident]
        return sorted((e for e in found if not kinds or e.kind in kinds), key=lambda event: event.time)

    def frames(self, stack: int) -> List[str]:
        """`function:line` of a stack, innermost first."""
        found = []
        while stack:
            location = self.locations[self.stacks[stack]["location"]]
            found.append(f"{location['function'].rpartition('.')[2]}:{location['line']}")
            stack = self.stacks[stack]["parent"]
        return found

    def waits(self, name: str) -> List[Dict[str, Any]]:
        """Every suspension of a task: `kind`, `label`, `frames`, `target` (a name, an object, or a number)."""
        found = []
        for event in self.of(name, "STEP_SUSPEND", "STEP_YIELD"):
            site = self.awaits[event.aux]
            target: Any = event.b
            if site["targetKind"] == "task":
                target = self.tasks[event.b]["name"] if event.b else None
            elif site["targetKind"] == "object":
                target = (event.b, self.objects[event.b]["label"]) if event.b else None
            found.append(
                {
                    "kind": site["kind"],
                    "label": site["label"],
                    "frames": self.frames(site["stack"]),
                    "target": target,
                    "yield": event.kind == "STEP_YIELD",
                    "time": event.time,
                }
            )
        return found

    def on(self, label: str, *kinds: str) -> List[Event]:
        """The events of the one object with this label, in order of time."""
        found = [ident for ident, known in self.objects.items() if known["label"] == label]
        check(len(found) == 1, f"{len(found)} objects are a {label!r}; there are {self.objects}")
        of = [e for e in self.events if e.kind in OBJECT_EVENTS and e.a == found[0] and (not kinds or e.kind in kinds)]
        return sorted(of, key=lambda event: event.time)

    def detail(self, ident: int) -> str:
        """What an object is in words, as told last."""
        return ([self.strings[e.b] for e in self.events if e.kind == "DETAIL" and e.a == ident] or [""])[-1]

    def kinds(self, *kinds: str) -> List[Event]:
        """All events of these kinds, in order of time."""
        return sorted((e for e in self.events if e.kind in kinds), key=lambda event: event.time)

    def labelled(self, label: str) -> List[int]:
        """Ids of the objects with this label."""
        return [ident for ident, known in self.objects.items() if known["label"] == label]

    def lines(self) -> List[str]:
        """The trace as text, for a person who debugs a test."""
        found = []
        for e in sorted(self.events, key=lambda event: event.time):
            name = self.tasks[e.a]["name"] if e.kind.startswith(("STEP", "TASK", "CANCEL")) else str(e.a)
            extra = ""
            if e.kind in ("STEP_SUSPEND", "STEP_YIELD") and e.aux:
                site = self.awaits[e.aux]
                extra = f"{site['kind']} {site['label']!r} {site['targetKind']}={e.b} {self.frames(site['stack'])}"
            elif e.kind in ("TASK_CREATE", "TASK_READY", "CANCEL_REQUEST"):
                extra = f"by {self.tasks[e.b]['name'] if e.b else 0} {self.frames(e.aux)}"
            elif e.kind in ("STEP_RAISE", "STEP_CANCEL", "TASK_NAME", "CANCEL_MESSAGE"):
                extra = f"{self.strings[e.b]!r} {self.frames(e.aux)}"
            elif e.kind in ("CALLBACK_BEGIN", "TIMER_BEGIN"):
                extra = f"{self.locations[e.aux]['function'] if e.aux else 0} {e.b} ns"
            elif e.kind in OBJECT_EVENTS:
                name = f"{self.objects[e.a]['label']}-{e.a}"
                extra = f"{e.aux if e.kind in ('SCOPE_CLOSE', 'JOB_END') else self.frames(e.aux)} {e.b}"
            elif e.kind in STACKED:
                extra = f"{self.frames(e.aux)} {e.b}"
            else:
                extra = str(e.b)
            found.append(f"{e.time / 1e6:10.3f} {e.stream} {e.kind:15} {name:12} {extra}")
        return found


def load(path: str) -> Trace:
    with open(path, "rb") as file:
        return Trace(file.read())


if __name__ == "__main__":
    trace = load(sys.argv[1])
    print(json.dumps(trace.header), "cut" if trace.cut else "", trace.end)
    print("\n".join(trace.lines()))
