"""At which lines a suspended coroutine goes on, for a breakpoint there.

Resuming at an `await` is no line event: the next one comes at the first instruction of another line that can be
reached from it, in the coroutine itself, or in the one that awaits it where it returns before.
"""

import dis
import sysconfig
from types import CodeType, FrameType
from typing import Any, Dict, List, Set, Tuple

from ._awaits import chain_of, frame_of

_ALWAYS = ("JUMP_FORWARD", "JUMP_ABSOLUTE", "JUMP_BACKWARD", "JUMP_BACKWARD_NO_INTERRUPT")
_LEAVES = ("RETURN_VALUE", "RETURN_CONST", "RAISE_VARARGS", "RERAISE")
_HANDLERS = ("SETUP_FINALLY", "SETUP_WITH", "SETUP_ASYNC_WITH")  # up to 3.10; then the exception table
_JUMPS = {*dis.hasjrel, *dis.hasjabs}
_LIBRARIES = tuple({path for name, path in sysconfig.get_paths().items() if name.endswith(("lib", "stdlib"))})


def places(coroutine: Any) -> List[Tuple[str, int]]:
    """`(file, line)`, in the program's own code where there is some on the way."""
    frames = [frame_of(each) for each in reversed(chain_of(coroutine))]
    own = [frame for frame in frames if not frame.f_code.co_filename.startswith(_LIBRARIES)]
    found: List[Tuple[str, int]] = []
    for frame in own or frames:
        lines, leaves = next_lines(frame)
        found.extend((frame.f_code.co_filename, line) for line in sorted(lines))
        if not leaves:
            break
    return found


def next_lines(frame: FrameType) -> Tuple[Set[int], bool]:
    """The lines that can come next, and whether the function can be left before any of them. Linear in its code."""
    code, here = frame.f_code, frame.f_lasti
    instructions = list(dis.get_instructions(code))
    index = {instruction.offset: i for i, instruction in enumerate(instructions)}
    starts = {offset: line for offset, line in dis.findlinestarts(code) if line}
    line_of = _lines(code, starts, instructions)
    at = index.get(here, 0)
    todo, seen, lines, leaves = [at + 1], {at}, set(), False
    thrown = [here]  # a handler can raise in turn
    for offset in thrown:
        found = [each for each in _handlers(code, offset, instructions) if each in index and each not in thrown]
        thrown.extend(found)
        todo.extend(index[each] for each in found)
    while todo:
        i = todo.pop()
        if i in seen or i >= len(instructions):
            continue
        seen.add(i)
        instruction = instructions[i]
        line = line_of[instruction.offset]
        if line != frame.f_lineno and line > 0:
            lines.add(line)
            continue
        if instruction.opcode in _JUMPS:
            target = instruction.argval
            if target < instruction.offset and target in starts and line_of[target] == frame.f_lineno:
                lines.add(frame.f_lineno)  # a loop comes back to the start of the very line
            else:
                todo.append(index[target])
        if instruction.opname in _LEAVES:
            leaves = True
        elif instruction.opname not in _ALWAYS:
            todo.append(i + 1)
    return lines, leaves


def _lines(code: CodeType, starts: Dict[int, int], instructions: List[Any]) -> Dict[int, int]:
    """The line of each instruction, by its offset; 0 = none, as of the start of a handler."""
    ranges = getattr(code, "co_lines", None)  # 3.10 and newer
    if ranges is not None:
        return {offset: line or 0 for start, end, line in ranges() for offset in range(start, end, 2)}
    found, line = {}, 0
    for instruction in instructions:
        line = found[instruction.offset] = starts.get(instruction.offset, line)
    return found


def _handlers(code: CodeType, here: int, instructions: List[Any]) -> List[int]:
    """Where an exception that is thrown in at this place goes."""
    parse = getattr(dis, "_parse_exception_table", None)
    if parse is not None:
        return [entry.target for entry in parse(code) if entry.start <= here < entry.end]
    return [each.argval for each in instructions if each.opname in _HANDLERS and each.offset < here < each.argval]
