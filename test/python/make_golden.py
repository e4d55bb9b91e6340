"""Write a trace from a JSON description through the recorder's encoder.

    python3 test/python/make_golden.py SPEC.json OUT.looptrace

    {"header": {...},
     "blocks": [
       {"type": "DEFINITIONS", "baseNs": 0, "stream": 0, "records": [["STRING", 1, "text"], ["LOCATION", 1, 2, 3, 10]]},
       {"type": "EVENTS", "baseNs": 123, "stream": 1, "records": [["STEP_BEGIN", aux, dtNs, a, b]]},
       {"type": "EVENTS", "encoding": 1, …},
       {"type": "END", "baseNs": 456, "reason": "exit"}]}

Blocks of encoding 1 are the accelerator's to write. The TypeScript writer makes the same bytes of the same description.
"""

import json
import os
import sys
from typing import Any, Dict, List

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "runtime", "python"))
from loopscope import _accelerator
from loopscope import _format as fmt
from loopscope import _schema as schema


class NeedsAccelerator(Exception):
    """Only the recorder's accelerator writes what is described."""


def encode(spec: Dict[str, Any]) -> bytes:
    return fmt.header(spec["header"]) + b"".join(encode_block(block) for block in spec["blocks"])


def encode_block(block: Dict[str, Any]) -> bytes:
    kind, base = block["type"], int(block["baseNs"])
    if kind == "END":
        return fmt.end(base, block["reason"])
    stream, records = block.get("stream", 0), block["records"]
    if kind == "DEFINITIONS":
        payload = b"".join(encode_definition(*record) for record in records)
        return fmt.block(schema.BLOCK_DEFINITIONS, payload, len(records), base, stream)
    words: List[int] = []
    for name, aux, dt, a, b in records:
        words += (getattr(schema, "EV_" + name) | aux << 8, dt, a, b)
    if block.get("encoding"):
        return whole_steps(words, base, stream)
    return fmt.event_block(words, base, stream)


def whole_steps(words: List[int], base: int, stream: int) -> bytes:
    accelerate = _accelerator.bind()
    if accelerate is None:
        raise NeedsAccelerator
    buffer = accelerate.EventBuffer()
    for index in range(0, len(words), 4):
        word, dt, a, b = words[index : index + 4]
        buffer.extend((word, base + dt, a, b))
    return buffer.take(0, stream)  # type: ignore[no-any-return]


def encode_definition(name: str, ident: int, *fields: Any) -> bytes:
    payload = fmt.text(fields[0]) if name == "STRING" else fmt.numbers(fields)
    return fmt.definition(getattr(schema, "DEF_" + name), ident, payload)


def main(arguments: List[str]) -> int:
    if len(arguments) != 2:
        sys.stderr.write((__doc__ or "").strip() + "\n")
        return 2
    with open(arguments[0], encoding="utf-8") as file:
        spec = json.load(file)
    with open(arguments[1], "wb") as file_out:
        file_out.write(encode(spec))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
