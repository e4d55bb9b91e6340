"""How many bytes wait in a transport's write buffer: whenever it grows, and when it is low enough to write again.

`_maybe_pause_protocol` compares the size with `_high_water` each time that the buffer has grown, and
`_maybe_resume_protocol` clears `_protocol_paused`. What the socket takes at once never gets here.
"""

import asyncio
import sys
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any, Iterator, Tuple

from . import _schema as schema
from ._format import AUX_MAX, U32_MAX
from ._resources import level
from ._watched import Current

if TYPE_CHECKING:
    from ._recorder import Recorder

_getframe = sys._getframe
_FlowControl: Any = asyncio.transports._FlowControlMixin
_GROWN: Any = _FlowControl._maybe_pause_protocol.__code__
_LOW: Any = _FlowControl._maybe_resume_protocol.__code__
_SWITCHES = (_GROWN, _LOW)
DEPTH = 4


def hooks(current: Current) -> "Iterator[Tuple[Any, str, Any]]":
    for name, kind in (("_high_water", _HighWater), ("_protocol_paused", _Paused)):
        plain = _FlowControl.__dict__.get(name)
        if plain is not None and hasattr(plain, "__set__"):
            yield _FlowControl, name, kind(plain, current)


class Slot:
    """In the place of one of the class's slots, which goes on to hold the value."""

    def __init__(self, plain: Any, current: Current) -> None:
        self._current = current
        self._get = plain.__get__
        self._set = plain.__set__
        self._delete = plain.__delete__

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        return self._get(instance, owner)

    def __set__(self, instance: Any, value: Any) -> None:
        self._set(instance, value)

    def __delete__(self, instance: Any) -> None:
        self._delete(instance)


class _HighWater(Slot):
    def __get__(self, instance: Any, owner: Any = None) -> Any:
        value = self._get(instance, owner)
        frame = _getframe(1)
        if frame.f_code is _GROWN:
            recorder = self._current()
            if recorder is not None and recorder.output is not None:
                try:
                    size = frame.f_locals.get("size")
                    if type(size) is int:
                        _changed(recorder, instance, value, size)
                except Exception:
                    recorder.broke()
        return value


class _Paused(Slot):
    def __set__(self, instance: Any, value: Any) -> None:
        self._set(instance, value)
        if _getframe(1).f_code in _SWITCHES:
            recorder = self._current()
            if recorder is not None and recorder.output is not None:
                try:
                    if not value and type(instance).__module__.startswith("asyncio."):
                        _changed(recorder, instance, None, instance.get_write_buffer_size())
                    _switched(recorder, instance, 0 if value else 1)
                except Exception:
                    recorder.broke()


def _changed(recorder: "Recorder", transport: Any, high_water: Any, size: int) -> None:
    ident = recorder.objects.ident(transport, schema.OBJECT_TRANSPORT, 0, "transport")
    if not ident:
        return
    ref = recorder.objects.refs[id(transport)]
    if not ref.told and type(high_water) is int:
        ref.told = 1
        recorder.stream().extend((schema.EV_CAPACITY, perf_counter_ns(), ident, min(high_water, U32_MAX)))
    level(recorder, ident, size, DEPTH)


def _switched(recorder: "Recorder", transport: Any, resumed: int) -> None:
    """The protocol is about to be told to pause writing, or to go on."""
    ident = recorder.objects.ident(transport, schema.OBJECT_TRANSPORT, 0, "transport")
    if ident:
        stack = recorder.stacks.caller(_getframe(2), DEPTH, True)
        word = schema.EV_WRITING | (stack << 8 if stack <= AUX_MAX else 0)
        recorder.stream().extend((word, perf_counter_ns(), ident, resumed))
