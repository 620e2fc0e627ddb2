"""When somebody is not signed in: to the page for signing in and back again; nothing that was typed is lost."""

from __future__ import annotations

from typing import Any
from urllib.parse import SplitResult, quote, urlsplit

from flask import Flask, Response, redirect, request, url_for
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from accounts.csrf import check_csrf
from accounts.errors import CsrfMissing, SignInRequired
from web.failures import form_page, message
from web.filled import Names, typed
from web.i18n import language
from web.posted import posted
from web.reading import reading
from web.shown_form import LAYOUT, named
from web.words import _

SECRET = {"account", "second_factor", "password_reset"}
"""Pages on which passwords and codes are typed: nothing of them is ever shown."""


def install(app: Flask) -> None:
    """Machine doors answer for themselves before this handler is asked."""
    app.register_error_handler(SignInRequired, signed_out)


def signed_out(error: SignInRequired) -> AnyResponse:
    """To the page for signing in, which asks `people.refusal()` for the reason.

    A form that was sent too late is shown instead, for its reader to copy: nobody keeps what no person has sent.
    """
    if "HX-Request" in request.headers:  # a part of a page asks: the whole page must go
        shown = _split(request.headers.get("HX-Current-URL", ""))
        address = _sign_in(f"{shown.path}?{shown.query}" if shown.query else shown.path)
        return Response(
            error.message(language()), 401, {"HX-Redirect": address}, content_type="text/plain; charset=utf-8"
        )
    if request.method == "GET":
        return redirect(_sign_in(request.full_path.rstrip("?")), 303)
    left = [] if request.blueprint in SECRET else _typed()
    return _not_sent(error, left) if left else redirect(_sign_in(form_page()), 303)


def safe_next(target: str | None) -> str:
    """Where to go after signing in: a path of our own, else "/"."""
    target = target or ""
    parts = _split(target)
    outside = parts.scheme or parts.netloc or not target.startswith("/") or target.startswith("//")
    return "/" if outside or any(ord(letter) < 32 or letter == "\\" for letter in target) else target


def _split(address: str) -> SplitResult:
    """Of an address that cannot be read, nothing."""
    try:
        return urlsplit(address)
    except ValueError:
        return SplitResult("", "", "", "", "")


def _sign_in(back: str) -> str:
    path = url_for("sign_in.show")
    return f"{path}?next={quote(back)}" if back else path


def _typed() -> list[dict[str, Any]]:
    """What the form held, if it was one of our own pages': another site must not put its words into ours."""
    try:
        check_csrf()
    except (CsrfMissing, RequestEntityTooLarge):
        return []
    with reading() as connection:
        layout = named(connection, request.form.get(LAYOUT, ""))
    labels = {"comment": _("Your comment"), "reason": _("Reason")}
    told = typed(layout, posted(layout), Names())
    return [{**one, "label": labels.get(one["label"], one["label"])} for one in told]


def _not_sent(error: SignInRequired, left: list[dict[str, Any]]) -> Response:
    sign_in = {"label": _("Sign in in a new window"), "url": _sign_in(form_page()), "new_window": True}
    advice = _("Sign in in a new window, open the form again and copy into it what stands below.")
    return message(
        _("This was not saved: you are no longer signed in"),
        error.message(language()),
        next=[advice],
        code=error.code,
        status=error.status,
        actions=[sign_in],
        typed=left,
    )
