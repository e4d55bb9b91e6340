"""An instance's own attribute, without a trace in the instance and without running the program's code.

`vars()` of an instance leaves a dict behind. From then on CPython reads (3.11, 3.12) and stores its attributes in
slower ways, which a queue would pay for with every put, a stream's reader with every read.
"""

from typing import Any


def own(instance: Any, name: str) -> Any:
    """None when it has no such attribute."""
    if _is_plain(type(instance), name):
        return getattr(instance, name, None)
    return getattr(instance, "__dict__", {}).get(name)


def _is_plain(kind: Any, name: str) -> bool:
    """Whether `getattr` finds what is in the instance, and nothing of the class's."""
    spaces = [type.__dict__["__dict__"].__get__(base) for base in type.__dict__["__mro__"].__get__(kind)[:-1]]
    return not any(taken in space for space in spaces for taken in (name, "__getattr__", "__getattribute__"))
