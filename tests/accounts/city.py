"""A small Flask app on the engine, two organisations, and a browser that knows how to sign in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson
from flask import Flask, Response, jsonify, redirect, request
from flask.views import MethodView
from sqlalchemy import select

from accounts import own_factor
from accounts.commands.create_organisation import create_organisation
from accounts.commands.sync_roles import sync_roles
from accounts.csrf import csrf_token
from accounts.install import install
from accounts.own_password import ask_for_link, change_own_password, close_leaked_account, set_password_by_link
from accounts.people import current_actor, current_person, refusal
from accounts.policies import check, public, requires, signed_in
from accounts.settings import AccountSettings
from accounts.sign_in import add_user, enter_code, sign_in, sign_out
from engine.authorization import ENGINE
from engine.clock import Clock, ManualClock
from engine.database import Database
from engine.engine import Engine
from engine.errors import SignalboxError
from engine.extensions import Extensions
from engine.models import HistoryEvent

PASSWORD = "Lamp-post 17 at dusk"
SETTINGS = AccountSettings(secret_key="k" * 32, password_salt="s" * 32, cookie_secure=False)


@dataclass
class City:
    """Everything a test of this room touches."""

    app: Flask
    engine: Engine
    clock: ManualClock
    users: dict[str, int]
    organisations: dict[str, int]

    def browser(self, address: str = "10.0.0.1") -> Browser:
        client = self.app.test_client()
        client.environ_base["REMOTE_ADDR"] = address
        return Browser(client)

    def later(self, **duration: float) -> None:
        self.clock.move_to(self.clock.now() + timedelta(**duration))

    def facts(self, *types: str) -> list[str]:
        """The types of the facts in history, of these types only."""
        return [fact["type"] for fact in self.history() if fact["type"] in types]

    def history(self) -> list[dict[str, Any]]:
        with self.engine.read() as connection:
            texts = connection.scalars(select(HistoryEvent.facts).order_by(HistoryEvent.id)).all()
        return [fact for text in texts for fact in orjson.loads(text)]


@dataclass
class Browser:
    """A client with its cookies."""

    client: Any  # FlaskClient; Any, because the answers' JSON is judged, not typed

    def token(self) -> str:
        return str(self.client.get("/token").text)

    def post(self, path: str, **form: str) -> Any:
        return self.client.post(path, data={"csrf_token": self.token(), **form})

    def sign_in(self, username: str, password: str = PASSWORD) -> Any:
        return self.post("/sign-in", username=username, password=password)

    def get(self, path: str) -> Any:
        return self.client.get(path)


def build(database: Database, clock: Clock, settings: AccountSettings = SETTINGS) -> tuple[Flask, Engine]:
    """The app with the room installed and a few routes."""
    engine = Engine(database, clock, Extensions(), history_key=b"h" * 32)
    app = Flask("small")
    app.testing = False  # refusals must be answered, not raised
    app.extensions["signalbox"] = type("Signalbox", (), {"engine": engine})()
    install(app, engine, settings)
    app.register_error_handler(SignalboxError, told)
    add_routes(app)
    check(app)
    return app, engine


def city(database: Database, clock: ManualClock, settings: AccountSettings = SETTINGS) -> City:
    app, engine = build(database, clock, settings)
    engine.run(sync_roles, ENGINE)
    organisations = {
        key: engine.run(create_organisation, ENGINE, key, name, kind)
        for key, name, kind in (("bureau", "交管局", "client"), ("lamp", "灯光公司", "contractor"))
    }
    users = {}
    with app.app_context():
        for organisation, username, roles in (
            ("bureau", "wang", ("reporter",)),
            ("lamp", "lina", ("dispatcher", "field_engineer")),
            ("bureau", "boss", ("admin",)),
        ):
            users[username] = add_user(engine, ENGINE, organisations[organisation], username, username, PASSWORD, roles)
    return City(app, engine, clock, users, organisations)


def add_routes(app: Flask) -> None:
    routes: dict[str, tuple[str, Callable[[], Any]]] = {
        "/token": ("GET", public(csrf_token)),
        "/sign-in": ("GET POST", public(_sign_in)),
        "/sign-out": ("POST", signed_in(_sign_out)),
        "/password": ("POST", public(_password)),
        "/code": ("POST", public(_code)),
        "/factor": ("POST", signed_in(_begin_factor)),
        "/factor/confirm": ("POST", signed_in(_confirm_factor)),
        "/factor/off": ("POST", signed_in(_factor_off)),
        "/forgot": ("POST", public(_forgot)),
        "/reset": ("POST", public(_reset)),
        "/leaked": ("POST", signed_in(_leaked)),
        "/me": ("GET POST", signed_in(_me)),
        "/api/me": ("GET POST", signed_in(_me)),
        "/api/tickets": ("GET", requires("case.read")(_ok)),
        "/tickets": ("GET", requires("case.read")(_ok)),
        "/broken": ("GET", public(_broken)),
    }
    for path, (methods, view) in routes.items():
        app.add_url_rule(path, path, view, methods=methods.split())
    app.add_url_rule("/api/keys", view_func=Keys.as_view("keys"))


class Keys(MethodView):
    """A policy for each method."""

    @signed_in
    def get(self) -> str:
        return "list"

    @requires("user.admin")
    def post(self) -> str:
        return "made"


def told(error: SignalboxError) -> Response:
    """A refusal as the room raised it; words and shapes of their own have the rooms above."""
    body = {"code": error.code, "title": error.message("en"), "detail": error.message("zh"), "params": error.params}
    return Response(orjson.dumps(body), error.status, content_type="application/json")


def _form(name: str) -> str:
    return request.form[name]


def _sign_in() -> Any:
    if request.method == "GET":
        ended = refusal()
        return ended.message("zh") if ended else "请登录"
    displaced = sign_in(_form("username"), _form("password"))
    answer = redirect("/")
    answer.headers["X-Displaced"] = ",".join(one.ip for one in displaced)
    return answer


def _sign_out() -> str:
    sign_out()
    return "out"


def _password() -> Any:
    change_own_password(_form("username"), _form("password"), _form("new"))
    return "changed"


def _code() -> Any:
    opened = enter_code(_form("code"))
    return jsonify(displaced=[one.ip for one in opened.displaced], recovery=opened.recovery_codes)


def _begin_factor() -> Any:
    own_factor.begin(current_actor().name, _form("password"))
    return jsonify(secret=own_factor.offer_of(current_actor()).secret)


def _confirm_factor() -> Any:
    return jsonify(recovery=own_factor.confirm(current_actor(), _form("code")))


def _factor_off() -> str:
    own_factor.turn_off(current_actor().name, _form("password"))
    return "off"


def _forgot() -> str:
    ask_for_link(_form("username"))
    return "asked"


def _reset() -> str:
    set_password_by_link(_form("token"), _form("new"))
    return "set"


def _leaked() -> str:
    return close_leaked_account(current_actor().name, _form("password"))


def _me() -> Any:
    actor, person = current_actor(), current_person()
    return jsonify(
        id=actor.id,
        name=actor.name,
        organisation_id=actor.organisation_id,
        organisation=person.organisation,
        roles=sorted(actor.roles),
        groups=sorted(actor.groups),
        permissions=sorted(actor.permissions),
        role_names=list(person.role_names),
    )


def _ok() -> str:
    return "ok"


def _broken() -> str:
    raise ZeroDivisionError
