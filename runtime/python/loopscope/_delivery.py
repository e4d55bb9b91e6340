"""From the threads' buffers to the file, whatever interrupts it.

What is on its way is kept in one place until the file has it: first as what was taken out of the buffers, then as the
bytes that are due in the file from a known length on. Each step from one to the other is one call or one assignment,
so whoever writes next after an interruption goes on where it came, and nothing is written twice or not at all.
"""

from typing import TYPE_CHECKING, Any, Dict, List, Union

from . import _format as fmt
from . import _schema as schema
from ._uninterrupted import move

if TYPE_CHECKING:
    from ._output import Output
    from ._recorder import Stream
    from ._tables import Tables


class Taken:
    """What is in no buffer any more."""

    __slots__ = ("definitions", "events", "latest")

    def __init__(self, latest: Dict[int, int]) -> None:
        # Blocks of the accelerator's, or `(stream id, its flat list)`.
        self.events: List[Any] = []
        self.definitions: List[Any] = []  # `(None, records)`
        self.latest = latest  # of streams without the accelerator: the time of the last event before

    def encoded(self, zero_ns: int) -> "tuple[bytes, Dict[int, int]]":
        """The blocks, and what is `latest` after them."""
        records = [record for _, chunk in self.definitions for record in chunk]
        parts: List[bytes] = []
        if records:
            parts.append(fmt.block(schema.BLOCK_DEFINITIONS, b"".join(records), len(records), 0))
        latest = dict(self.latest)
        for part in self.events:
            if type(part) is bytes:
                parts.append(part)
            else:
                stream, flat = part
                latest[stream] = fmt.in_order(flat, latest.get(stream, 0))
                parts.append(fmt.events(flat, zero_ns, stream))
        return b"".join(parts), latest


class Due:
    """Bytes that are to be in the file from its length `at` on, and what comes after them."""

    __slots__ = ("at", "data", "then")

    def __init__(self, at: int, data: bytes, then: "Union[Taken, Over]") -> None:
        self.at = at
        self.data = data
        self.then = then


class Over:
    """The file has its end."""


class Delivery:
    """Of one recorder. No two threads may use it at a time."""

    def __init__(self, zero_ns: int) -> None:
        self._zero_ns = zero_ns
        self._state: Union[Taken, Due, Over] = Taken({})

    def deliver(self, output: "Output", streams: "List[Stream]", tables: "Tables") -> bool:
        """Write what has gathered; whether there was anything. Raises OSError."""
        taken = self._finished(output)
        if type(taken) is not Taken:
            return False
        for stream in streams:
            if len(stream.buffer):
                stream.take(self._zero_ns, taken.events)
        # After the events, which refer to them.
        move(tables.pending, taken.definitions, None)
        data, latest = taken.encoded(self._zero_ns)
        if not data:
            self._state = Taken(taken.latest)
            return False
        self._state = Due(output.length(), data, Taken(latest))
        self._finished(output)
        return True

    def end(self, output: "Output", data: bytes) -> None:
        """Write what nothing follows, once. Raises OSError."""
        if type(self._finished(output)) is Taken:
            self._state = Due(output.length(), data, Over())
            self._finished(output)

    def _finished(self, output: "Output") -> "Union[Taken, Over]":
        state = self._state
        if type(state) is Due:
            output.write(state.data, state.at)
            state = self._state = state.then
        assert not isinstance(state, Due)
        return state
