"""Default deny: each route declares who may use it; without a declaration the app does not start."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, current_app, request
from werkzeug.routing import Rule

from accounts.csrf import UNSAFE, check_csrf
from accounts.errors import PermissionMissing, RouteNotDeclared
from accounts.people import current_actor, sends_key
from accounts.roles import KNOWN

T = TypeVar("T")
_MARK = "__policy__"


@dataclass(frozen=True)
class Policy:
    """Who may use a route."""

    anybody: bool = False  # also people who are not signed in
    permissions: tuple[str, ...] = ()  # all of them are needed


PUBLIC = Policy(anybody=True)
SIGNED_IN = Policy()

LIBRARY_ROUTES = {
    "static": PUBLIC,
    "api-docs.openapi_json": SIGNED_IN,  # flask-smorest
    "api-docs.openapi_redoc": SIGNED_IN,
    "api-docs.openapi_swagger_ui": SIGNED_IN,
    "api-docs.openapi_rapidoc": SIGNED_IN,
}
"""Endpoint -> policy of the routes that libraries bring: they cannot be marked."""


class UndeclaredRoutes(RuntimeError):
    """Some routes do not say who may use them: mark each with @public, @signed_in or @requires."""


def public(view: T) -> T:
    """Anybody may use the view, a method of a MethodView, or a whole MethodView."""
    return _mark(view, PUBLIC)


def signed_in(view: T) -> T:
    """Everybody who is signed in."""
    return _mark(view, SIGNED_IN)


def requires(*permissions: str) -> Callable[[T], T]:
    """Who holds all of these permissions. Raises ValueError for one that does not exist."""
    unknown = sorted(set(permissions) - set(KNOWN))
    if unknown or not permissions:
        raise ValueError(f"no such permissions: {unknown}")
    return lambda view: _mark(view, Policy(permissions=permissions))


def _mark(view: T, policy: Policy) -> T:
    setattr(view, _MARK, policy)
    return view


def policy_of(app: Flask, rule: Rule, method: str) -> Policy | None:
    """What is declared for a method of a route: on the method, its class, the function, or in LIBRARY_ROUTES."""
    view: Any = app.view_functions[rule.endpoint]
    of_class = getattr(view, "view_class", None)
    of_method = getattr(of_class, method.lower(), None)
    for marked in (of_method, of_class, view):
        found: Policy | None = getattr(marked, _MARK, None)
        if found is not None:
            return found
    return LIBRARY_ROUTES.get(rule.endpoint)


def declarations(app: Flask) -> dict[tuple[str, str, str], Policy | None]:
    """(path, endpoint, method) -> policy of every route; HEAD goes with GET, OPTIONS only lists methods."""
    return {
        (rule.rule, rule.endpoint, method): policy_of(app, rule, method)
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - _automatic(rule))
    }


def check(app: Flask) -> None:
    """To be called when every route is there. Raises UndeclaredRoutes naming each route without a declaration."""
    missing = [
        f"{method} {path} ({endpoint})" for (path, endpoint, method), p in declarations(app).items() if p is None
    ]
    if missing:
        raise UndeclaredRoutes(f"{UndeclaredRoutes.__doc__} {', '.join(sorted(missing))}")


def enforce(app: Flask) -> None:
    """Look at each request before its view runs."""
    app.before_request(_admit)


def _admit() -> None:
    """Raises SignInRequired, PermissionMissing, CsrfMissing, RouteNotDeclared. Unknown addresses go on to their 404."""
    rule, method = request.url_rule, request.method
    if rule is None or (method == "OPTIONS" and method in _automatic(rule)):
        return
    policy = policy_of(current_app, rule, "GET" if method == "HEAD" else method)
    if policy is None:
        raise RouteNotDeclared
    by_key = sends_key(request)
    actor = current_actor() if by_key or not policy.anybody else None  # a bad key is refused everywhere
    if method in UNSAFE and not by_key:
        check_csrf()
    for permission in policy.permissions:
        if actor is None or not actor.may(permission):
            raise PermissionMissing(permission)


def _automatic(rule: Rule) -> set[str]:
    """Methods that Flask answers by itself."""
    return {"HEAD", "OPTIONS"} if getattr(rule, "provide_automatic_options", False) else {"HEAD"}
