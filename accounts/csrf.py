"""Proof that a form was sent from our own page, and not from somebody else's with the visitor's cookie.

Our own few lines instead of Flask-WTF's CSRFProtect: that one looks before it is known who asks (a machine with a key
has no cookie and needs no proof), its tokens run out within the hour while a form is still being filled in, and its
refusal is not one of ours. The token lives in the signed cookie session and changes at each sign-in.
"""

from __future__ import annotations

import hmac
import secrets

from flask import request, session

from accounts.errors import CsrfMissing

FIELD = "csrf_token"
HEADER = "X-CSRFToken"
UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_KEY = "csrf"


def csrf_token() -> str:
    """The token to put into forms (field `csrf_token`) and scripts (header `X-CSRFToken`) of this browser."""
    if _KEY not in session:
        session[_KEY] = secrets.token_urlsafe(32)
    token: str = session[_KEY]
    return token


def check_csrf() -> None:
    """Raise CsrfMissing unless this request carries the token of its browser."""
    expected = session.get(_KEY, "")
    sent = request.headers.get(HEADER) or request.form.get(FIELD, "")
    if not expected or not hmac.compare_digest(sent.encode(), expected.encode()):
        raise CsrfMissing
