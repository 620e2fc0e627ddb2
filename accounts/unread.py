"""Ends the connection after an answer that was given before the request's body was read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask, Response, request

UNREAD = (413, 415)  # by their meaning: the body was not taken
REFUSED = (401, 403)  # mostly before anything was read
SMALL = 16 * 1024  # bytes: such a body has come together with the headers, or the server takes it up by itself


def close_unread(app: Flask) -> None:
    """The rest of such a body would stand in the way of the next request: say `Connection: close`, and do so."""
    app.after_request(_say)
    app.wsgi_app = _Closing(app.wsgi_app)  # type: ignore[method-assign]


def _say(response: Response) -> Response:
    endless = "Transfer-Encoding" in request.headers
    large = endless or (request.content_length or 0) > SMALL
    if response.status_code in UNREAD or (response.status_code in REFUSED and large):
        response.headers["Connection"] = "close"
    return response


class _Closing:
    """gunicorn writes the header Connection itself and passes over that of an application: it must be told."""

    def __init__(self, inner: Callable[..., Iterable[bytes]]) -> None:
        self._inner = inner

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            server: Any = getattr(start_response, "__self__", None)
            if ("Connection", "close") in headers and hasattr(server, "force_close"):
                server.force_close()
            return start_response(status, headers, *more)

        return self._inner(environ, start)
