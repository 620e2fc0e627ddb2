"""Default deny: who gets in, who is told to sign in, who is told that a right is missing, and what may not start."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import pytest
from flask import Flask
from flask.views import MethodView
from flask_smorest import Api, Blueprint

from accounts.policies import (
    PUBLIC,
    SIGNED_IN,
    Policy,
    UndeclaredRoutes,
    check,
    declarations,
    public,
    requires,
    signed_in,
)
from tests.accounts.city import City

T = TypeVar("T")


def test_whoever_is_not_signed_in_is_told_so(city: City) -> None:
    for path in ("/api/me", "/me?page=2"):
        answer = city.browser().get(path)
        assert (answer.status_code, answer.json["code"]) == (401, "sign_in_required")
        assert (answer.json["title"], answer.json["detail"]) == ("Please sign in.", "请先登录。")


def test_missing_rights_are_named(city: City) -> None:
    browser = city.browser()
    browser.sign_in("wang")
    answer = browser.get("/api/tickets")
    assert (answer.status_code, answer.json["code"]) == (403, "permission_missing")
    assert answer.json["detail"] == "您的角色没有此项权限：查看本单位的全部工单。"
    assert answer.json["title"] == "Your roles do not allow: see every case of the organisation."
    page = browser.get("/tickets")
    assert page.status_code == 403
    assert "您的角色没有此项权限：查看本单位的全部工单。" in page.text
    browser.sign_in("lina")
    assert browser.get("/api/tickets").text == "ok"


def test_methods_of_a_view_have_policies_of_their_own(city: City) -> None:
    browser = city.browser()
    browser.sign_in("lina")
    token = {"X-CSRFToken": browser.token()}
    assert browser.get("/api/keys").text == "list"
    assert browser.client.head("/api/keys").status_code == 200
    assert browser.client.post("/api/keys", headers=token).status_code == 403
    allowed = browser.client.open("/api/keys", method="OPTIONS").headers["Allow"]
    assert sorted(allowed.split(", ")) == ["GET", "HEAD", "OPTIONS", "POST"]
    browser.sign_in("boss")
    assert browser.client.post("/api/keys", headers={"X-CSRFToken": browser.token()}).text == "made"


def test_unknown_addresses_and_methods_stay_404_and_405(city: City) -> None:
    assert city.browser().get("/nowhere").status_code == 404
    assert city.browser().client.post("/token").status_code == 405


def test_a_route_that_slipped_in_after_the_start_is_refused(city: City) -> None:
    city.app.add_url_rule("/api/late", "late", lambda: "open")
    answer = city.browser().get("/api/late")
    assert (answer.status_code, answer.json["code"]) == (403, "route_not_declared")


def test_undeclared_routes_stop_the_start_and_are_all_named() -> None:
    app = Flask("x")
    app.add_url_rule("/open", "open", lambda: "")
    app.add_url_rule("/half", view_func=Half.as_view("half"))
    app.add_url_rule("/fine", "fine", public(lambda: ""))
    with pytest.raises(UndeclaredRoutes) as refused:
        check(app)
    assert str(refused.value).endswith(" GET /open (open), POST /half (half)")


def test_flask_smorest_views_are_declared_like_others() -> None:
    app = Flask("x")
    app.config.update(API_TITLE="x", API_VERSION="1", OPENAPI_VERSION="3.0.3", OPENAPI_URL_PREFIX="/api")
    blueprint = Blueprint("things", "things", url_prefix="/api/things")

    def response(status: int) -> Callable[[T], T]:
        decorate: Callable[[T], T] = blueprint.response(status)
        return decorate

    @blueprint.route("/")
    class Things(MethodView):
        @requires("case.read")
        @response(200)
        def get(self) -> str:
            return ""

        @response(201)
        @requires("case.start", "task.work")
        def post(self) -> str:
            return ""

    @blueprint.route("/own")
    @signed_in
    class Own(MethodView):
        @response(200)
        def get(self) -> str:
            return ""

    @response(200)
    @public
    def count() -> str:
        return ""

    blueprint.route("/count")(count)
    Api(app).register_blueprint(blueprint)
    check(app)
    found = {(path, method): policy for (path, _, method), policy in declarations(app).items()}
    assert found == {
        ("/static/<path:filename>", "GET"): PUBLIC,
        ("/api/openapi.json", "GET"): SIGNED_IN,
        ("/api/things/", "GET"): Policy(permissions=("case.read",)),
        ("/api/things/", "POST"): Policy(permissions=("case.start", "task.work")),
        ("/api/things/own", "GET"): SIGNED_IN,
        ("/api/things/count", "GET"): PUBLIC,
    }


@pytest.mark.parametrize("permissions", [(), ("case.raed",)])
def test_a_permission_that_does_not_exist_cannot_be_asked_for(permissions: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="no such permissions"):
        requires(*permissions)


class Half(MethodView):
    """Only one of two methods is declared."""

    @signed_in
    def get(self) -> str:
        return ""

    def post(self) -> str:
        return ""
