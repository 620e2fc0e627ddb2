"""How a refusal is answered: problem+json to machines, the page for signing in to people who are not signed in."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

import orjson
from flask import Response, redirect, request
from markupsafe import escape
from werkzeug.wrappers import Response as AnyResponse

from accounts.context import accounts
from accounts.errors import SignInRequired, Waiting
from engine.errors import Invalid, SignalboxError


def is_api() -> bool:
    """Whether a machine asks: its address tells, never what it says it accepts."""
    return request.path.startswith(accounts().settings.api_prefixes)


def problem(error: SignalboxError) -> Response:
    """RFC 9457, with the words in both languages and without traces."""
    body = {
        "type": "about:blank",
        "title": error.message("en"),
        "status": error.status,
        "code": error.code,
        "detail": error.message("zh"),
    }
    if isinstance(error, Invalid):
        body["errors"] = error.fields
    response = Response(orjson.dumps(body), error.status, content_type="application/problem+json")
    if isinstance(error, Waiting):
        response.headers["Retry-After"] = str(error.params["minutes"] * 60)
    if isinstance(error, SignInRequired):
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def answer_sign_in_required(error: SignInRequired) -> AnyResponse:
    """401 to machines; people are led to the page for signing in, which asks `people.refusal()` for the reason."""
    if is_api():
        return problem(error)
    address = sign_in_address()
    if "HX-Request" in request.headers:  # a part of a page asks: the whole page must go
        return Response(error.message("zh"), 401, {"HX-Redirect": address}, content_type="text/plain; charset=utf-8")
    return redirect(address, 303)


def answer_plainly(error: SignalboxError) -> Response:
    """For an app that has no page for refusals of its own."""
    if is_api():
        return problem(error)
    words = (
        f"<!doctype html><meta charset=utf-8><title>{error.status}</title><p lang=zh-CN>{escape(error.message('zh'))}"
    )
    return Response(f"{words}<p lang=en>{escape(error.message('en'))}", error.status, content_type="text/html")


def sign_in_address() -> str:
    """The page for signing in, which then leads back to where the reader was."""
    back = request.full_path.rstrip("?") if request.method == "GET" else ""
    if "HX-Request" in request.headers:
        shown = urlsplit(request.headers.get("HX-Current-URL", ""))
        back = f"{shown.path}?{shown.query}" if shown.query else shown.path
    path = accounts().settings.sign_in_path
    return f"{path}?next={quote(back)}" if back else path


def safe_next(target: str | None) -> str:
    """Where to go after signing in: a path of our own, else "/"."""
    target = target or ""
    parts = urlsplit(target)
    outside = parts.scheme or parts.netloc or not target.startswith("/") or target.startswith("//")
    return "/" if outside or any(ord(letter) < 32 or letter == "\\" for letter in target) else target
