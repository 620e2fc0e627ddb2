"""A client that costs next to nothing: it shares the processors with the server that it measures."""

from __future__ import annotations

import re
import socket

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


class ConnectionLost(RuntimeError):
    """The server closed the connection before it had answered."""


class Wire:
    """One kept-open connection to 127.0.0.1. It reads answers with a Content-Length, which is all that we ask for."""

    def __init__(self, port: int, headers: str = "") -> None:
        """`headers`: lines added to each request, each with its line end."""
        self._address = ("127.0.0.1", port)
        self._headers = f"Host: 127.0.0.1:{port}\r\nAccept-Language: en\r\n{headers}"
        self._socket: socket.socket | None = None

    def ask(self, method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
        """Status and body. Raises ConnectionLost; the next request connects anew."""
        kind = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n" if method != "GET" else ""
        head = f"{method} {path} HTTP/1.1\r\n{self._headers}{kind}\r\n"
        try:
            connection = self._connected()
            connection.sendall(head.encode() + body)
            return self._answer(connection)
        except (OSError, ConnectionLost) as error:
            self.close()
            raise ConnectionLost(str(error)) from error

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _connected(self) -> socket.socket:
        if self._socket is None:
            self._socket = socket.create_connection(self._address, timeout=60)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._socket

    def _answer(self, connection: socket.socket) -> tuple[int, bytes]:
        received = b""
        while (end := received.find(b"\r\n\r\n")) < 0:
            received += _more(connection)
        length = LENGTH.search(received[:end])
        if length is None:
            raise ConnectionLost("an answer without its length")
        whole = end + 4 + int(length[1])
        while len(received) < whole:
            received += _more(connection)
        if b"\r\nconnection: close" in received[:end].lower():
            self.close()
        return int(received[9:12]), received[end + 4 : whole]


def _more(connection: socket.socket) -> bytes:
    part = connection.recv(65_536)
    if not part:
        raise ConnectionLost("closed")
    return part
