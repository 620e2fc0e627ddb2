"""When something is refused or breaks: a page that says what happened and how to go on; for htmx the part only."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, current_app, make_response, render_template, request, url_for
from flask_babel import force_locale
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from accounts.errors import CsrfMissing, Waiting
from engine.errors import Invalid, SignalboxError
from web.frame import bare_frame, page, visitor
from web.i18n import LOCALES, choose, language
from web.reading import now
from web.words import _

VERBS = (
    *("/complete", "/claim", "/unclaim", "/draft", "/comments", "/cancel", "/same"),
    *("/end-session", "/end-others", "/leaked", "/confirm", "/off"),
)
"""Ends of addresses that forms are sent to and that nobody can open."""
Action = dict[str, Any]
"""label, url, and new_window where it should open in one."""


def install(app: Flask) -> None:
    """Machine doors answer for themselves before these handlers are asked."""
    app.register_error_handler(SignalboxError, refused)
    app.register_error_handler(HTTPException, not_served)
    app.register_error_handler(500, broken)


def message(
    title: str,
    happened: str,
    *,
    next: list[str],
    code: str,
    status: int,
    actions: list[Action] | None = None,
    typed: list[dict[str, Any]] | None = None,
    reference: str = "",
) -> Response:
    """message.html as an answer. `typed`: what had been typed into a form that cannot be handed in any more."""
    view: dict[str, Any] = {"title": title, "happened": happened, "next": next, "code": code, "reference": reference}
    view |= {"actions": actions if actions is not None else [home()], "typed": typed or []}
    if "HX-Request" in request.headers:
        now()
        return make_response(render_template("message.html", message=view, partial=True), status)
    return page("message.html", status=status, message=view, partial=False)


def home() -> Action:
    """The way back that always exists."""
    if visitor() is None:
        return {"label": _("Sign in"), "url": url_for("sign_in.show")}
    return {"label": _("My tasks"), "url": url_for("my_tasks.task_list")}


def refused(error: SignalboxError) -> AnyResponse:
    """A refusal of ours that the page itself has not answered."""
    title, advice = _advice(error)
    happened = error.message(language())
    if isinstance(error, Invalid):
        words = [one[language()] for found in error.fields.values() for one in found]
        happened = " ".join([happened, *words])
    answer = message(title, happened, next=advice, code=error.code, status=error.status, actions=_actions(error))
    return with_wait(answer, error)


def with_wait(answer: AnyResponse, error: SignalboxError) -> AnyResponse:
    """The answer, which also tells programs how long to wait where the refusal says so."""
    if isinstance(error, Waiting):
        answer.headers["Retry-After"] = str(error.params["minutes"] * 60)
    return answer


def not_served(error: HTTPException) -> Response | HTTPException:
    """What the web framework refuses: an unknown address, a wrong method, too large a form."""
    if error.code is None or error.code < 400:
        return error
    title, happened, advice = _framework_words().get(error.code, _framework_words()[400])
    answer = message(title, happened, next=[advice], code=str(error.code), status=error.code)
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            answer.headers[name] = value
    return answer


def broken(error: Exception) -> Response:
    """An error of ours, drawn without asking the database: it may be what broke.

    The reader gets a number under which the operator finds it in the log.
    """
    reference = secrets.token_hex(4)
    current_app.logger.error("reference %s: %s %s", reference, request.method, request.path)
    with force_locale(LOCALES[choose(None)]):
        title, happened, advice = _framework_words()[500]
        view: dict[str, Any] = {
            "title": title,
            "happened": happened,
            "next": [advice],
            "code": "500",
            "reference": reference,
        }
        view["actions"] = [{"label": _("My tasks"), "url": url_for("my_tasks.task_list")}]
        partial = "HX-Request" in request.headers
        return make_response(render_template("message.html", message=view, partial=partial, frame=bare_frame()), 500)


def _advice(error: SignalboxError) -> tuple[str, list[str]]:
    """Title and how to go on, by the refusal's code, else by its status."""
    by_code: Mapping[str, tuple[str, str]] = {
        "csrf_missing": (_("The page is out of date"), _("Open the page again and repeat what you did.")),
        "conflict": (_("Somebody else was faster"), _("Nothing was saved. Go back and try again.")),
        "instance_not_active": (_("The ticket has ended"), _("Look at the ticket: it says how it ended.")),
        "task_taken": (_("Somebody else does this task"), _("Talk to that person, or look for other tasks.")),
        "task_not_open": (_("The task is no longer open"), _("Look at the ticket: it says what happened.")),
        "no_contract": (_("Nobody is responsible for this point"), _("Tell the administrator of the contracts.")),
        "no_pack": (_("The limits are missing"), _("Tell the process owner.")),
    }
    by_status: Mapping[int, tuple[str, str]] = {
        403: (_("You may not do this"), _ask()),
        404: (_("Not found"), _("Check the number, or search for it in the lists.")),
        409: (_("It has changed meanwhile"), _("Open the page again to see how it is now.")),
        422: (_("Something is not right yet"), _("Go back, mend it and send it again.")),
        429: (_("Too many tries"), _("Wait as long as it says, then try again.")),
    }
    other = (_("This was refused"), _("Go back and try again."))
    title, advice = by_code.get(error.code) or by_status.get(error.status, other)
    return title, [advice]


def _actions(error: SignalboxError) -> list[Action]:
    if isinstance(error, CsrfMissing) and request.method == "POST":
        return [{"label": _("Open the page again"), "url": form_page()}, home()]
    return [home()]


def form_page() -> str:
    """Where the form stood that was posted: a form's address is its page's address and a verb."""
    path = request.path.rstrip("/")
    for verb in VERBS:
        path = path.removesuffix(verb)
    return path if path not in ("/sign-out", "/language") else url_for("my_tasks.home")


def _framework_words() -> dict[int, tuple[str, str, str]]:
    refused = _("This was refused")
    return {
        400: (refused, _("The request is not right."), _("Go back and try again.")),
        403: (_("You may not do this"), _("This is not open to you."), _ask()),
        404: (_("Not found"), _("There is nothing at this address."), _("Check the address, or start from the menu.")),
        405: (
            _("This does not work here"),
            _("The address cannot be used in this way."),
            _("Open the page again from the menu."),
        ),
        409: (_("It has changed meanwhile"), _("Nothing was saved."), _("Open the page again to see how it is now.")),
        413: (
            _("Too much at once"),
            _("What was sent is larger than the system takes. Nothing was saved."),
            _("Go back, shorten the text and send it again."),
        ),
        422: (_("Something is not right yet"), _("Nothing was saved."), _("Go back, mend it and send it again.")),
        429: (_("Too many tries"), _("There were too many requests."), _("Wait a little, then try again.")),
        500: (
            _("Something went wrong on our side"),
            _("Nothing was saved. It has been written to the log."),
            _("Try again in a moment. If it happens again, tell the operator the reference below."),
        ),
    }


def _ask() -> str:
    return _("If you need it for your work, ask your administrator.")
