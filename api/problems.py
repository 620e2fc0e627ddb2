"""Every refusal of a machine door as application/problem+json (RFC 9457), in the reader's language, without traces."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Blueprint, Flask, Response, request
from werkzeug.exceptions import HTTPException

from accounts.errors import SignInRequired, Waiting
from api.refusals import DesignChanged, refusal_of
from engine.definition.findings import DesignRefused
from engine.errors import Invalid, SignalboxError, Words
from maintenance.ledger.findings import LedgerRefused

PROBLEM_JSON = "application/problem+json"
DOORS = ("/api/", "/healthz", "/readyz")
"""Whoever asks under these addresses is a machine: the address tells, not what it says it accepts."""

_PLAIN = (str, int, float, bool, type(None))
_FRAMEWORK_CODES = (400, 404, 405, 406, 408, 411, 412, 413, 414, 415, 416, 417, 422, 428, 429, 431, 500, 501, 503)


def language() -> str:
    """ "zh" or "en", as the request's Accept-Language prefers; zh when it says nothing."""
    return request.accept_languages.best_match(("zh", "en"), default="zh")


def problem(error: SignalboxError) -> Response:
    """The answer to a refused request. Its shape is `api.schemas.problems.ProblemSchema`."""
    words = language()
    body: dict[str, Any] = {
        "type": f"urn:signalbox:{error.code}",
        "title": error.message("en"),
        "status": error.status,
        "detail": error.message(words),
        "code": error.code,
    }
    if error.params:
        body["params"] = {name: _plain(value, words) for name, value in error.params.items()}
    if isinstance(error, Invalid):
        body["errors"] = {
            field: [{**one, "message": one.get(words) or one["en"]} for one in found]
            for field, found in error.fields.items()
        }
    if isinstance(error, LedgerRefused):
        body["rows"] = [{**one.as_dict(), "message": one.line(words)} for one in error.findings]
    if isinstance(error, DesignChanged):
        body |= {"kept": error.params["kept"], **vars(error.beside)}
    if isinstance(error, DesignRefused):
        body["findings"] = [finding.as_dict() for finding in error.findings]
    response = Response(orjson.dumps(body), error.status, content_type=PROBLEM_JSON)
    response.headers["Content-Language"] = "zh-CN" if words == "zh" else "en"
    response.vary.add("Accept-Language")
    if isinstance(error, SignInRequired):
        response.headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, Waiting):
        response.headers["Retry-After"] = str(error.params["minutes"] * 60)
    return response


def _plain(value: Any, words: str) -> Any:
    """A parameter as JSON, a named thing in the reader's language."""
    if isinstance(value, Words):
        return getattr(value, words)
    return value if isinstance(value, _PLAIN) else str(value)


def framework_problem(error: HTTPException) -> Response | HTTPException:
    """The same for what the web framework refuses; a redirect stays one."""
    if error.code is not None and error.code < 400:
        return error
    response = problem(refusal_of(error, request.method))
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            response.headers[name] = value
    return response


def answer_problems(blueprint: Blueprint) -> None:
    """Give a blueprint its own handlers: they go before those of the application, whichever room registers them."""
    blueprint.register_error_handler(SignalboxError, problem)
    for code in _FRAMEWORK_CODES:
        blueprint.register_error_handler(code, framework_problem)


def answer_lost_requests(app: Flask) -> None:
    """Addresses under the doors that no blueprint knows, and methods they do not have."""

    @app.before_request
    def refuse() -> Response | HTTPException | None:
        lost = request.routing_exception
        if lost is None or not request.path.startswith(DOORS):
            return None
        return framework_problem(lost)
