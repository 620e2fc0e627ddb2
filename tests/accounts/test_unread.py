"""An answer given before the body was read ends the connection, in its header and in the server."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask, abort
from gunicorn.config import Config  # type: ignore[import-untyped]
from gunicorn.http.wsgi import Response  # type: ignore[import-untyped]
from werkzeug.test import EnvironBuilder

from accounts.unread import SMALL, close_unread


def small_app() -> Flask:
    app = Flask("unread")
    close_unread(app)

    @app.post("/<int:status>")
    def answer(status: int) -> Any:
        return "ok" if status == 200 else abort(status)

    return app


CASES = [
    (413, 1, False, True),
    (415, 1, False, True),
    (401, SMALL + 1, False, True),
    (403, SMALL + 1, False, True),
    (403, 1, True, True),
    (401, SMALL, False, False),
    (403, 0, False, False),
    (200, SMALL + 1, True, False),
    (404, 1, False, False),
]


@pytest.mark.parametrize(("status", "size", "chunked", "closes"), CASES)
def test_unread_bodies_end_the_connection(status: int, size: int, chunked: bool, closes: bool) -> None:
    headers = {"Transfer-Encoding": "chunked"} if chunked else {}
    answer = small_app().test_client().post(f"/{status}", data=b"x" * size, headers=headers)
    assert (answer.status_code, answer.headers.get("Connection")) == (status, "close" if closes else None)


class Asked:
    """What gunicorn's answer asks of its request: the client would keep the connection."""

    version, method = (1, 1), "POST"

    def should_close(self) -> bool:
        return False


@pytest.mark.parametrize(("status", "words"), [(413, "Connection: close\r\n"), (200, "Connection: keep-alive\r\n")])
def test_gunicorn_says_and_does_so(status: int, words: str) -> None:
    served = Response(Asked(), None, Config())
    environ = EnvironBuilder(path=f"/{status}", method="POST", data=b"x").get_environ()
    list(small_app().wsgi_app(environ, served.start_response))
    assert words in served.default_headers()
    assert served.should_close() is (status == 413)
