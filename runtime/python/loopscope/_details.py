"""What an object is, in words: the ends of a connection, the command of a process. No code of the program runs here."""

import socket
from gc import get_referents
from typing import Any, Dict

from . import _schema as schema
from ._objects import TRIES, ObjectRef
from ._own import own

MAX_LENGTH = 200


def name_of_address(address: Any) -> str:
    """`127.0.0.1:80`, `[::1]:80`, `/run/x.sock`; empty where there is none."""
    if type(address) is tuple and len(address) >= 2:
        host, port = address[0], address[1]
        return f"[{host}]:{port}" if type(host) is str and ":" in host else f"{host}:{port}"
    if type(address) is bytes:
        return address.decode(errors="replace").replace("\0", "@")
    return address if type(address) is str else ""


def ends(extra: Dict[str, Any], accepted: bool) -> str:
    """Both ends of a transport's connection, ours first."""
    ours, theirs = name_of_address(extra.get("sockname")), name_of_address(extra.get("peername"))
    if not theirs:
        return ours
    return f"{ours} {'←' if accepted else '→'} {theirs}"


def detail_of(value: Any, kind: int) -> str:
    """In words, when the object is met as what a task waits for."""
    if kind == schema.OBJECT_STREAM:
        transport = own(value, "_transport")
        if type(transport).__module__ == "uvloop.loop":
            return _ends_on_uvloop(transport)
        encrypted = own(transport, "_ssl_protocol")
        if encrypted is not None:
            transport = own(encrypted, "_transport")
        extra = getattr(transport, "_extra", None)
        if type(extra) is dict:
            return ends(extra, own(transport, "_server") is not None)
    return ""


def _ends_on_uvloop(transport: Any) -> str:
    try:
        addresses = {name: transport.get_extra_info(name) for name in ("sockname", "peername")}
        carries = get_referents(transport.get_extra_info("uvloop.sslproto"))  # of TLS
    except (OSError, RuntimeError):  # it is closed already
        return ""
    own = [each for each in (transport, *carries) if type(each).__module__ == "uvloop.loop"]
    refers = [value for each in own for value in get_referents(each)]
    return ends(addresses, any(type(value).__name__ == "Server" for value in refers))


def socket_detail(value: Any, ref: ObjectRef) -> str:
    """Of a plain socket; empty when there is nothing new. One that is not connected yet is asked again later."""
    if ref.told >= TRIES:
        return ""
    ref.told += 1
    plain = socket.socket
    first = f"descriptor {plain.fileno(value)}"
    try:
        ours = name_of_address(plain.getsockname(value))
        theirs = name_of_address(plain.getpeername(value))
    except OSError:
        return first if ref.told == 1 else ""
    ref.told = TRIES
    return f"{first}, {ours} → {theirs}"


def command(arguments: Any) -> str:
    """A process's command line, shortened."""
    parts = list(arguments) if isinstance(arguments, (list, tuple)) else [arguments]
    texts = [
        part.decode(errors="replace") if type(part) is bytes else str.__str__(part)
        for part in parts
        if isinstance(part, (str, bytes))
    ]
    text = " ".join(texts)
    return text if len(text) <= MAX_LENGTH else text[: MAX_LENGTH - 1] + "…"
