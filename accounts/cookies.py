"""The signed cookie of a browser comes with every request: what was read out of it once is not read again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import BadSignature, TimestampSigner, URLSafeTimedSerializer

MOST = 2_000  # headers that are remembered
LONGEST = 4_096  # characters of a header that is: anybody may send long ones
PLAIN = str | int | None
"""Values that nobody can change inside the remembered session."""
_seconds_now = TimestampSigner("any key").get_timestamp
"""The clock by which the library judges the age of signatures."""


@dataclass(frozen=True)
class Known:
    """A session that was proved by its signature, and when it was signed (seconds since 1970)."""

    values: dict[str, PLAIN]
    signed_at: int


class SignedCookies(SecureCookieSessionInterface):
    """Flask's own, with the serializer made once and proved sessions remembered by their whole Cookie header.

    A wrong signature is computed each time; the age is judged each time.
    """

    def __init__(self) -> None:
        self._serializer: URLSafeTimedSerializer | None = None
        self.known: dict[str, Known] = {}

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        if self._serializer is None:
            self._serializer = super().get_signing_serializer(app)
        return self._serializer

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        header = request.environ.get("HTTP_COOKIE", "")
        known = self.known.get(header)
        if known is None or not 0 <= _seconds_now() - known.signed_at <= _lifetime(app):
            return self._read(app, request, header)
        return self.session_class(known.values)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """As Flask's; an answer that read the session and left it alone is told in one step."""
        if session.accessed and not session.modified and not session.permanent and "Vary" not in response.headers:
            response.headers["Vary"] = "Cookie"
        else:
            super().save_session(app, session, response)

    def _read(self, app: Flask, request: Request, header: str) -> SecureCookieSession | None:
        serializer, value = self.get_signing_serializer(app), request.cookies.get(self.get_cookie_name(app))
        if serializer is None:
            return None
        if not value:
            return self.session_class()
        try:
            values, signed = serializer.loads(value, max_age=_lifetime(app), return_timestamp=True)
        except BadSignature:
            return self.session_class()
        self._remember(header, values, int(signed.timestamp()))
        return self.session_class(values)

    def _remember(self, header: str, values: dict[str, Any], signed_at: int) -> None:
        if len(header) > LONGEST or not all(isinstance(value, PLAIN) for value in values.values()):
            return
        if len(self.known) >= MOST:
            self.known.clear()
        self.known[header] = Known(dict(values), signed_at)


def _lifetime(app: Flask) -> int:
    """How long a signature is good, in seconds."""
    return int(app.permanent_session_lifetime.total_seconds())
