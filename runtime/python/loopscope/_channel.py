"""The sockets of the control channel: who may ask, and how a line becomes an answer (docs/control-channel.md).

Served by the recorder's helper thread, which comes by every few dozen milliseconds and waits for nobody: all sockets
are non-blocking. `_socket`'s own class is used, since programs replace `socket.socket`.
"""

import _socket
import json
import os
from _operator import _compare_digest
from time import monotonic
from typing import Any, Callable, Dict, List, Optional, Tuple

from ._output import high

LINE_BYTES = 16_384
CONNECTIONS = 16
UNFINISHED_S = 30.0
SILENT_S = 600.0
# A program may let SIGPIPE kill it; a client that goes away must not.
_QUIETLY = getattr(_socket, "MSG_NOSIGNAL", 0)
_fstat = os.fstat

Request = Dict[str, Any]


class Refused(Exception):
    """The request changes nothing: a code for programs and a sentence for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Socket:
    """A socket of a high number that is checked to be our own before each use: programs close all descriptors."""

    def __init__(self, fd: int) -> None:
        fd = high(fd)
        status = _fstat(fd)
        self._identity = (status.st_dev, status.st_ino)
        self.raw = _socket.socket(fileno=fd)
        self.raw.setblocking(False)

    def check(self) -> None:
        """Raises OSError when the number is not ours any more."""
        status = _fstat(self.raw.fileno())
        if (status.st_dev, status.st_ino) != self._identity:
            raise OSError("the program closed the control channel")

    def close(self) -> None:
        try:
            self.check()
            self.raw.close()
        except OSError:
            self.raw.detach()  # else its destructor would close what is the program's


class Connection:
    """A client: what it has begun to ask, and what it has yet to take."""

    def __init__(self, fd: int) -> None:
        self.socket = Socket(fd)
        self.came = b""
        self.to_go = b""
        self.is_last = False  # closed when its answers are taken
        self.since = monotonic()  # when it last was up to date

    def is_overdue(self, now: float) -> bool:
        return now - self.since > (UNFINISHED_S if self.came or self.to_go else SILENT_S)


class Channel:
    """Listening sockets and their clients. `perform` does what is asked for; what it returns is the answer."""

    def __init__(self, token: str, perform: Callable[[Request], Dict[str, Any]]) -> None:
        self._token = token.encode()
        self._perform = perform
        self._listening: List[Socket] = []
        self._connections: List[Connection] = []

    def listen_at(self, path: str) -> None:
        """Raises OSError, also where the path is too long for an address."""
        plain = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
        try:
            plain.bind(path)
            os.chmod(path, 0o600)
            plain.listen(CONNECTIONS)
        except BaseException:
            plain.close()
            raise
        self._listening.append(Socket(plain.detach()))

    def listen_on(self, host: str, port: int) -> Tuple[str, int]:
        """The address that was taken. Raises OSError."""
        family, kind, protocol, _, address = _socket.getaddrinfo(host, port, 0, _socket.SOCK_STREAM)[0]
        plain = _socket.socket(family, kind, protocol)
        try:
            plain.bind(address)
            plain.listen(CONNECTIONS)
            taken = plain.getsockname()
        except BaseException:
            plain.close()
            raise
        self._listening.append(Socket(plain.detach()))
        return host, taken[1]

    def serve(self) -> None:
        """Do what can be done at once. Raises OSError when the program has closed the listening socket."""
        for listening in self._listening:
            listening.check()
            self._accept(listening.raw)
        if self._connections:
            now = monotonic()
            self._connections = [each for each in self._connections if self._goes_on(each, now)]

    def close(self) -> None:
        for each in self._listening:
            each.close()
        for connection in self._connections:
            connection.socket.close()
        self._listening, self._connections = [], []

    def _accept(self, listening: Any) -> None:
        while True:
            try:
                fd, _ = listening._accept()
            except OSError:  # nobody, or no descriptor left for them
                return
            connection = Connection(fd)
            if len(self._connections) >= CONNECTIONS:
                self._answer(connection, refusal("busy", "Too many connections are open."), None)
                connection.is_last = True
            self._connections.append(connection)

    def _goes_on(self, connection: Connection, now: float) -> bool:
        try:
            connection.socket.check()
            open_ended = self._read(connection, now)
            self._send(connection, now)
        except OSError:
            open_ended = False
        done = not open_ended or (connection.is_last and not connection.to_go)
        if done or connection.is_overdue(now):
            connection.socket.close()
            return False
        return True

    def _read(self, connection: Connection, now: float) -> bool:
        """Take and answer one request at the most: others have their turn. False when the client is gone."""
        if connection.is_last or connection.to_go:
            return True
        line, found, rest = connection.came.partition(b"\n")
        if not found and len(connection.came) < LINE_BYTES:
            try:
                more = connection.socket.raw.recv(LINE_BYTES)
            except BlockingIOError:
                return True
            if not more:
                return False
            connection.came += more
            line, found, rest = connection.came.partition(b"\n")
        if (found and len(line) >= LINE_BYTES) or (not found and len(connection.came) >= LINE_BYTES):
            connection.came = b""
            connection.is_last = True
            self._answer(connection, refusal("too-large", f"A request has at most {LINE_BYTES} bytes."), None)
        elif found:
            connection.came = rest
            connection.since = now
            self._handle(connection, line)
        return True

    def _handle(self, connection: Connection, line: bytes) -> None:
        ident = None
        try:
            request = _parsed(line)
            given = request.get("token")
            if type(given) is not str or not _compare_digest(given.encode("utf-8", "replace"), self._token):
                connection.is_last = True
                raise Refused("unauthenticated", "The token is missing or wrong.")
            ident = _ident(request.get("id"))
            answer = {"ok": True, **self._perform(request)}
        except Refused as refused:
            answer = refusal(refused.code, str(refused))
        except Exception as error:
            answer = refusal("failed", f"{type(error).__name__}: {error}")
        self._answer(connection, answer, ident)

    def _answer(self, connection: Connection, answer: Dict[str, Any], ident: Any) -> None:
        if ident is not None:
            answer["id"] = ident
        connection.to_go += json.dumps(answer).encode() + b"\n"

    def _send(self, connection: Connection, now: float) -> None:
        if not connection.to_go:
            return
        try:
            sent = connection.socket.raw.send(connection.to_go, _QUIETLY)
        except BlockingIOError:
            return
        connection.to_go = connection.to_go[sent:]
        connection.since = now


def refusal(code: str, message: str) -> Dict[str, Any]:
    return {"ok": False, "error": code, "message": message}


def _parsed(line: bytes) -> Request:
    try:
        request = json.loads(line.decode())
    except (ValueError, RecursionError):
        request = None
    if type(request) is not dict:
        raise Refused("bad-request", "A request is one line with a JSON object.")
    return request


def _ident(value: Any) -> Optional[Any]:
    if value is None or type(value) is int or (type(value) is str and len(value) <= 64):
        return value
    raise Refused("bad-request", "An id is a whole number, or a string of up to 64 characters.")
