"""The bytes of a `.looptrace` file, as docs/trace-format.md says. Knows nothing of asyncio.

All functions are pure: values in, bytes out. Times are integers in nanoseconds; an event is four
integers `(kind | aux << 8, time, a, b)` in a flat list, so that recording one is a single `list.extend`.
"""

import json
import re
import struct
import sys
from array import array
from typing import Any, Dict, List, Tuple

from . import _schema as schema

MAGIC = b"LOOPTRC\n"
BLOCK_MAGIC = 0x4B53424C
MAX_STRING_BYTES = 4096
MAX_HEADER_BYTES = 1 << 20
U32_MAX = 0xFFFFFFFF
AUX_MAX = 0xFFFFFF

_HEADER = struct.Struct("<8sHHI")
_BLOCK = struct.Struct("<IBBHIIQII")
_PAIR = struct.Struct("<II")
_NUMBERS = [struct.Struct(f"<{count}I").pack for count in range(7)]  # by how many they are
_ELLIPSIS = "…".encode()
_SURROGATES = re.compile("[\ud800-\udfff]")


def _utf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:  # undecodable bytes in a path arrive as lone surrogates
        return _SURROGATES.sub("\ufffd", text).encode()


def _json(value: Dict[str, Any], align: int) -> bytes:
    data = _utf8(json.dumps(value, ensure_ascii=False, separators=(",", ":")))
    return data + b" " * (-len(data) % align)


def header(fields: Dict[str, Any]) -> bytes:
    """The file's header; `fields` is the JSON object that the format describes."""
    text = _json(fields, 8)
    if len(text) > MAX_HEADER_BYTES:  # only a huge command line can do that
        text = _json(dict(fields, argv=fields["argv"][:1]), 8)
    return _HEADER.pack(MAGIC, schema.FORMAT_MAJOR, schema.FORMAT_MINOR, len(text)) + text


def block(kind: int, payload: bytes, records: int, base_ns: int, stream: int = 0) -> bytes:
    return _BLOCK.pack(BLOCK_MAGIC, kind, 0, 0, len(payload), records, base_ns, stream, 0) + payload


head = _PAIR.pack  # of a definition's record: its `word` and its id, before the padded payload


def word(kind: int, payload: bytes) -> int:
    return kind | 4 + len(payload) << 8


def padded(payload: bytes) -> bytes:
    return payload + b"\0" * (-len(payload) % 4)


def numbers(fields: Tuple[int, ...]) -> bytes:
    """The payload of a definition whose fields are all numbers; its id is none of them."""
    return _NUMBERS[len(fields)](*fields)


def text(string: str) -> bytes:
    """The payload of a STRING; text above 4,096 bytes is cut at a character's border and ends in `…`."""
    data = _utf8(string)
    if len(data) > MAX_STRING_BYTES:
        data = data[: MAX_STRING_BYTES - len(_ELLIPSIS)].decode(errors="ignore").encode() + _ELLIPSIS
    return data


def definition(kind: int, ident: int, payload: bytes) -> bytes:
    """One record of a DEFINITIONS block."""
    return head(word(kind, payload), ident) + padded(payload)


def in_order(flat: List[int], latest: int) -> int:
    """Sees to it that a stream's times never decrease, after events up to `latest`; the time of the last."""
    times = flat[1::4]
    if times and (times[0] < latest or times != sorted(times)):
        # A garbage collection or a signal ran a hook inside another hook.
        for index, time in enumerate(times):
            latest = times[index] = max(latest, time)
        flat[1::4] = times
    return times[-1] if times else latest


def events(flat: List[int], zero_ns: int, stream: int) -> bytes:
    """EVENTS blocks for one stream's flat list in the order of its times, which count from where `zero_ns` counts.

    More than one block when a gap exceeds what 32 bits of nanoseconds hold (4.29 s).
    """
    times = flat[1::4]
    parts = []
    start, count = 0, len(times)
    while start < count:
        base = times[start]
        end = count
        if times[-1] - base > U32_MAX:
            end = next(index for index in range(start, count) if times[index] - base > U32_MAX)
        words = flat[start * 4 : end * 4]
        words[1::4] = [time - base for time in times[start:end]]
        parts.append(event_block(words, base - zero_ns, stream))
        start = end
    return b"".join(parts)


def event_block(words: List[int], base_ns: int, stream: int) -> bytes:
    """One EVENTS block; `words` are four per event: `kind | aux << 8`, ns after `base_ns`, `a`, `b`."""
    data = array("I", words)
    if sys.byteorder == "big":
        data.byteswap()
    return block(schema.BLOCK_EVENTS, data.tobytes(), len(words) // 4, base_ns, stream)


def end(base_ns: int, reason: str) -> bytes:
    return block(schema.BLOCK_END, _json({"reason": reason}, 4), 0, base_ns)
