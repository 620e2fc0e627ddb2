"""Strict headers on every answer, also on errors."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    )
)
"""One policy for every page: no inline script or style, nothing from elsewhere."""

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
HSTS_SECONDS = 365 * 24 * 3600
_ALWAYS = [(name.lower(), (name, value)) for name, value in {**HEADERS, "Cache-Control": "no-store"}.items()]
_SECURE = [*_ALWAYS, ("strict-transport-security", ("Strict-Transport-Security", f"max-age={HSTS_SECONDS}"))]


def install_headers(app: Flask) -> None:
    """A view may loosen a header by setting it itself, as those of assets do: these may be cached, all else may not."""
    app.wsgi_app = _Strict(app.wsgi_app)  # type: ignore[method-assign]


class _Strict:
    """Adds to each answer the headers that it does not have, in one look."""

    def __init__(self, inner: Callable[..., Iterable[bytes]]) -> None:
        self._inner = inner

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        wanted = _SECURE if environ["wsgi.url_scheme"] == "https" else _ALWAYS

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            given = {name.lower() for name, _ in headers}
            return start_response(status, headers + [line for name, line in wanted if name not in given], *more)

        return self._inner(environ, start)
