"""What a browser keeps of a form until it is handed in (src/kept-forms.js): the end of a session loses nothing."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from engine.authorization import Actor

COOKIE = "signalbox_handed_in"
"""Tells the script which form has been handed in, so that its copy goes. It names a form and nothing else."""
COOKIE_AGE = 300  # seconds; the next page takes it away
SHOW = "_show"
"""Hidden input: the form is only to be drawn again with what is sent."""


def kept_as(actor: Actor, form: str) -> str:
    """The name of a form's copy: nobody else who signs in on this device is offered it."""
    return f"{actor.id}.{form}"


def handed_in(answer: Response, actor: Actor, form: str) -> Response:
    """The answer, which also ends the copy. The script reads the cookie; no secret is in it."""
    name = kept_as(actor, form)
    answer.set_cookie(COOKIE, name, max_age=COOKIE_AGE, httponly=False, samesite="Lax", secure=request.is_secure)
    return answer


def only_shown() -> bool:
    """Whether the form was sent to be drawn again, not to be judged."""
    return SHOW in request.form
