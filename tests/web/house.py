"""The whole product on the stage of stories, and visitors who use its pages as a browser without scripts would."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from tempfile import TemporaryDirectory
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import insert, select, update
from werkzeug.test import TestResponse

from accounts.house import House
from accounts.roles import BY_KEY
from accounts.security import hash_password
from api.settings import Settings
from app import create_app
from engine.authorization import ENGINE, Actor
from engine.clock import ManualClock
from engine.engine import Engine
from engine.models import Membership, Organisation, Role, User, UserTask
from engine.unit_of_work import UnitOfWork
from engine.worker import drain
from maintenance.models import Contract, Device, Point
from tests.stage import KEY, stage

PASSWORD = "Lamp-post 17 at dusk"
REPORT = {
    "point": "QC001",
    "category": "image",
    "impact": "system_down",
    "symptom": "夜间画面全黑",
    "occurred_at": "2026-11-20T09:50",
}
Form = dict[str, str]


def text(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


@dataclass
class Answer:
    """One answer, read as a page."""

    response: TestResponse
    status: int = field(init=False)
    page: html.HtmlElement = field(init=False)

    def __post_init__(self) -> None:
        self.status = self.response.status_code
        readable = self.response.mimetype in ("text/html", "text/plain", "application/json")
        self.page = html.document_fromstring((self.response.text if readable else "") or "<p></p>")

    def text(self, path: str = "//main") -> str:
        """The words of the elements at `path`, one after the other; what is hidden says nothing."""
        return " ".join(text(one) for one in self.page.xpath(path) if one.get("hidden") is None)

    def links(self, path: str = "//main") -> list[str]:
        return [str(href) for href in self.page.xpath(f"{path}//a/@href")]

    def value(self, name: str) -> str:
        """What the control of this name holds."""
        (control,) = self.page.xpath(f"//main//*[@name='{name}'][not(@type='radio') or @checked]")
        return str(control.value or "") if control.tag == "select" else str(control.get("value") or control.text or "")

    def errors(self) -> dict[str, str]:
        """Field -> what is said to be wrong with it."""
        found = self.page.xpath("//p[@data-errors][normalize-space()]")
        return {str(one.get("id")).removeprefix("errors-"): text(one) for one in found}

    @property
    def location(self) -> str:
        return str(self.response.location)


@dataclass
class Visitor:
    """A browser with its cookies; it speaks Chinese unless told otherwise."""

    client: FlaskClient
    headers: dict[str, str] = field(default_factory=lambda: {"Accept-Language": "zh-CN"})

    def get(self, path: str, **headers: str) -> Answer:
        return Answer(self.client.get(path, headers=self.headers | headers))

    def post(self, path: str, form: Form | None = None, **headers: str) -> Answer:
        """With the token that stands in the forms of this browser."""
        return Answer(
            self.client.post(path, data={"csrf_token": self.token(), **(form or {})}, headers=self.headers | headers)
        )

    def follow(self, answer: Answer) -> Answer:
        assert answer.status == 303, (answer.status, answer.text())
        return self.get(answer.location)

    def token(self) -> str:
        with self.client.session_transaction() as session:
            if "csrf" not in session:
                session["csrf"] = "token-of-this-browser"
            return str(session["csrf"])

    def sign_in(self, username: str, password: str = PASSWORD) -> Answer:
        return self.post("/sign-in", {"username": username, "password": password})


@dataclass
class Pages:
    """Everything a test of pages touches."""

    app: Flask
    engine: Engine
    clock: ManualClock
    client_id: int  # the client (业主)

    def visitor(self, username: str | None = None, language: str = "zh-CN") -> Visitor:
        visitor = Visitor(self.app.test_client(), {"Accept-Language": language})
        if username:
            assert visitor.sign_in(username).status == 303
        return visitor

    def later(self, **duration: float) -> None:
        self.clock.move_to(self.clock.now() + timedelta(**duration))
        drain(self.engine)

    def report(self, visitor: Visitor, **changes: str) -> int:
        """The id of a new ticket."""
        answer = visitor.post("/report", REPORT | changes)
        assert answer.status == 303, answer.text()
        return int(answer.location.rpartition("/")[2])

    def task(self, ticket: int, element: str, state: str = "open") -> str:
        """The id of the ticket's newest task at this element."""
        with self.engine.read() as connection:
            query = select(UserTask.id).where(UserTask.root_id == ticket, UserTask.state == state)
            found = connection.scalars(query.where(UserTask.element_id == element).order_by(UserTask.created_at)).all()
        return found[-1]

    def actor(self, username: str, role: str) -> Actor:
        """A person of the role who acts without a browser."""
        with self.engine.read() as connection:
            row = connection.execute(select(User).where(User.username == username)).one()
        groups = frozenset({role})
        permissions = BY_KEY[role].permissions
        return Actor(row.id, row.username, row.organisation_id, row.display_name, groups, groups, permissions)

    def dispatched(self, engineer: str = "field_engineer") -> int:
        """A ticket that the engineer has to respond to."""
        ticket = self.report(self.visitor("reporter"))
        path = f"/tasks/{self.task(ticket, 'dispatch')}/complete"
        assert self.visitor("dispatcher").post(path, {"engineer": engineer}).status == 303
        return ticket


@contextmanager
def open_pages(url: str, clock: ManualClock) -> Iterator[Pages]:
    """The stage of stories with passwords, a second client with its own contractor, and a second field engineer."""
    with TemporaryDirectory() as folder:
        settings = Settings(url, "k" * 32, "s" * 32, KEY.decode(), folder, worker="none", cookie_secure=False)
        app = create_app(settings, clock=clock)
        app.testing = False  # errors are answered, not raised
        house: House = app.extensions["signalbox"]
        set_up = stage(house.engine.database, clock)
        with app.app_context():
            hashed = hash_password(PASSWORD)
        house.engine.run(_settle, ENGINE, hashed, set_up.organisation_id)
        yield Pages(app, house.engine, clock, set_up.organisation_id)
        house.engine.database.dispose()


def _settle(uow: UnitOfWork, hashed: str, client: int) -> None:
    run = uow.connection.execute
    contractor = run(select(Organisation.id).where(Organisation.key == "contractor")).scalar_one()
    others = [
        run(insert(Organisation).values(key=key, name=name, kind=kind).returning(Organisation.id)).scalar_one()
        for key, name, kind in (("other", "另一业主", "client"), ("alien", "另一运维", "contractor"))
    ]
    _add(uow, others[0], "stranger", "外人", "line_officer")
    _add(uow, others[1], "alien", "外单位", "dispatcher")
    _add(uow, contractor, "engineer2", "第二工程师", "field_engineer")
    _add(uow, contractor, "dispatcher2", "第二值班", "dispatcher")
    device = {"organisation_id": client, "kind": "signal"}
    second = run(insert(Point).values(organisation_id=client, code="QC002", name="长宁街西口").returning(Point.id))
    run(insert(Device).values(**device, point_id=second.scalar_one(), serial="SN0021"))
    run(update(User).values(password=hashed, password_changed_at=uow.now))


def _add(uow: UnitOfWork, organisation: int, username: str, name: str, role: str) -> None:
    person: dict[str, Any] = {"organisation_id": organisation, "username": username, "display_name": name}
    account = {"active": True, "fs_uniquifier": username, "created_at": uow.now}
    user = uow.connection.execute(insert(User).values(**person, **account).returning(User.id)).scalar_one()
    role_id = uow.connection.scalar(select(Role.id).where(Role.name == role))
    uow.connection.execute(insert(Membership).values(user_id=user, role_id=role_id))


def give_role(uow: UnitOfWork, username: str, role: str) -> None:
    """One more role for a person."""
    user_id = uow.connection.scalar(select(User.id).where(User.username == username))
    role_id = uow.connection.scalar(select(Role.id).where(Role.name == role))
    uow.connection.execute(insert(Membership).values(user_id=user_id, role_id=role_id))


def rename(uow: UnitOfWork, username: str, name: str) -> None:
    """Another display name for a person."""
    uow.connection.execute(update(User).where(User.username == username).values(display_name=name))


def hold_contract(uow: UnitOfWork, contractor: str, client: str) -> None:
    """One more contract between these two organisations, by key."""
    query = select(Organisation.key, Organisation.id).where(Organisation.key.in_((contractor, client)))
    ids = {key: id_ for key, id_ in uow.connection.execute(query)}
    period = {"starts_on": uow.now.date() - timedelta(days=1), "ends_on": uow.now.date() + timedelta(days=365)}
    parties = {"organisation_id": ids[client], "contractor_id": ids[contractor]}
    papers = {"number": f"{contractor}-{client}", "name": "合同", "pack_key": "FC", "overrides": {}}
    uow.connection.execute(insert(Contract).values(**parties, **papers, **period))


def numbers(words: str) -> list[str]:
    """The 工单号 in a text."""
    return re.findall(r"FC-\d{8}-\d{5}", words)
