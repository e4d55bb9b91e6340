"""What an exception says, without running a line of the program's code."""

from typing import Optional

# `str()` of anything else may call methods that the program wrote, with effects of their own.
_PLAIN = (str, int, float, bool, bytes, type(None))
_SAFE_STR = {
    kind.__str__
    for kind in (BaseException, OSError, KeyError, ImportError, SyntaxError, UnicodeEncodeError, UnicodeDecodeError)
}
MAX_TEXT = 1000


def describe(error: BaseException) -> str:
    """`Type: message`, or `Type` alone when the message is not certain to be harmless."""
    kind = type(error)
    name = type.__dict__["__qualname__"].__get__(kind)
    message = text(error)
    return f"{name}: {message[:MAX_TEXT]}" if message else name


def text(error: BaseException) -> Optional[str]:
    kind = type(error)
    args = BaseException.args.__get__(error)
    if _lookup(kind) in _SAFE_STR and all(type(arg) in _PLAIN for arg in args):
        # OSError and SyntaxError read attributes that can be replaced; those live in the instance.
        state = [getattr(error, "filename", None), getattr(error, "filename2", None), getattr(error, "strerror", None)]
        if all(type(value) in _PLAIN for value in state):
            return str(error)
    if args and type(args[0]) is str:
        return str(args[0])
    return None


def _lookup(kind: type) -> object:
    for base in type.__dict__["__mro__"].__get__(kind):
        if "__str__" in base.__dict__:
            return base.__dict__["__str__"]
    return None


def plain(value: object) -> Optional[str]:
    """Text of a cancel message: itself when it is text or a number, else the name of its type, None for None."""
    if value is None:
        return None
    return str(value)[:MAX_TEXT] if type(value) in _PLAIN else type(value).__name__
