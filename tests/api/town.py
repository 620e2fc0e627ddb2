"""A small town behind the machine doors: two clients, two contractors, people with keys, a published process."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, update
from werkzeug.test import TestResponse

from accounts.commands.create_api_key import create_api_key
from accounts.commands.create_organisation import create_organisation
from accounts.commands.create_user import create_user
from accounts.commands.sync_roles import sync_roles
from accounts.roles import BY_KEY
from api.settings import Settings
from app import create_app
from engine.authorization import ENGINE
from engine.clock import ManualClock
from engine.commands.publish_definition import publish_definition
from engine.engine import Engine
from engine.unit_of_work import UnitOfWork
from maintenance.commands.publish_pack import publish_pack
from maintenance.models import Contract, Device, Point
from maintenance.packs.load import shipped, shipped_tables

DIAGRAM = Path("bpmn/fault_repair_fc/fault_repair_fc.bpmn")
APPROVAL = Path("bpmn/delay_approval/delay_approval.bpmn")
REPORT = {
    "point": "P1",
    "category": "image",
    "impact": "system_down",
    "symptom": "画面黑屏",
    "occurred_at": "2026-11-20T09:50",
}
PEOPLE = {
    "reporter": ("client", "reporter"),
    "owner": ("client", "owner_approver"),
    "drawer": ("client", "process_owner"),
    "chief": ("client", "process_owner"),
    "operator": ("client", "operator"),
    "auditor": ("client", "auditor"),
    "dispatch": ("contractor", "dispatcher"),
    "engineer": ("contractor", "field_engineer"),
    "second": ("contractor", "field_engineer"),
    "leader": ("contractor", "contractor_lead"),
    "stranger": ("other_client", "owner_approver"),
    "rival": ("other_contractor", "dispatcher"),
}
"""User name -> organisation, role."""
MOST_PAGES = 50  # far above what the town fills


@dataclass
class Person:
    """Somebody with an API key at the doors."""

    app: Flask
    key: str
    headers: dict[str, str] = field(default_factory=dict)

    def __getattr__(self, method: str) -> Any:
        """`person.get("/tasks")`, `person.post(path, json=…)`: under /api/v1, in English unless said otherwise."""

        def send(path: str, headers: dict[str, str] | None = None, **settings: Any) -> TestResponse:
            sent = {"Authorization": f"Bearer {self.key}", "Accept-Language": "en", **(headers or {})}
            client: FlaskClient = self.app.test_client()
            answer: TestResponse = getattr(client, method)(f"/api/v1{path}", headers=sent, **settings)
            return answer

        return send


@dataclass
class Town:
    """The app with its people; `town.reporter.get("/me")`."""

    app: Flask
    engine: Engine
    clock: ManualClock
    ids: dict[str, int]  # of the organisations
    keys: dict[str, str]

    def browser(self) -> Any:
        """A client of the whole app, as nobody until something is signed in."""
        return self.app.test_client()

    def start(self) -> int:
        """A reported fault; its id."""
        answer = self.reporter.post("/instances", json={"definition_key": "fault_repair_fc", "data": REPORT})
        assert answer.status_code == 201, answer.text
        id_: int = answer.json["id"]
        return id_

    def add_person(self, name: str, organisation: str, *roles: str) -> Person:
        return Person(self.app, add_person(self.engine, name, self.ids[organisation], *roles))

    def add_contract(self, client: str, contractor: str) -> None:
        self.engine.run(add_contract, ENGINE, self.ids[client], self.ids[contractor], "HT-2")

    def free_point(self, client: str, code: str) -> None:
        """No contract names the point any more."""
        self.engine.run(free_point, ENGINE, self.ids[client], code)

    def __getattr__(self, name: str) -> Person:
        if name not in PEOPLE:
            raise AttributeError(name)
        return Person(self.app, self.keys[name])


def read_pages(person: Person, path: str, limit: int) -> list[list[Any]]:
    """The items of each page of a list."""
    found, after = [], ""
    for _ in range(MOST_PAGES):
        answer = person.get(f"{path}{'&' if '?' in path else '?'}limit={limit}{after}")
        assert answer.status_code == 200, answer.text
        found.append(answer.json["items"])
        if answer.json["next"] is None:
            return found
        after = f"&after={answer.json['next']}"
    raise AssertionError(f"{path} does not end")


def build_town(
    database_url: str, clock: ManualClock, files: Path, *, test_mode: bool = False, two_person_publish: bool = False
) -> Town:
    """On an empty, migrated database. `files`: a folder of its own. `two_person_publish`: as the product ships."""
    settings = Settings(
        database_url=database_url,
        secret_key="s" * 32,
        password_salt="p" * 32,
        history_key="h" * 32,
        files=str(files),
        worker="none",
        cookie_secure=False,
        two_person_publish=two_person_publish,
        test_mode=test_mode,
    )
    app = create_app(settings, clock=clock)
    app.config["TESTING"] = True
    engine: Engine = app.extensions["signalbox"].engine
    engine.run(sync_roles, ENGINE)
    ids = {
        key: engine.run(create_organisation, ENGINE, key, key, kind)
        for key, kind in [
            ("client", "client"),
            ("contractor", "contractor"),
            ("other_client", "client"),
            ("other_contractor", "contractor"),
        ]
    }
    engine.run(add_ledger, ENGINE, ids)
    keys = {name: add_person(engine, name, ids[organisation], role) for name, (organisation, role) in PEOPLE.items()}
    engine.run(publish_pack, ENGINE, shipped("FC"), shipped_tables("FC"))
    for client in ("client", "other_client"):
        engine.run(publish_definition, ENGINE, ids[client], APPROVAL.read_bytes())
        engine.run(publish_definition, ENGINE, ids[client], DIAGRAM.read_bytes())
    return Town(app, engine, clock, ids, keys)


def add_ledger(uow: UnitOfWork, ids: dict[str, int]) -> None:
    """Each client with one contract of its own contractor, and three points."""
    for client, contractor in (("client", "contractor"), ("other_client", "other_contractor")):
        contract_id = add_contract(uow, ids[client], ids[contractor], "HT-1")
        for number in (1, 2, 3):
            values = {"organisation_id": ids[client], "code": f"P{number}", "name": f"{client} 路口 {number}"}
            point_id = uow.connection.execute(
                insert(Point).values(**values, contract_id=contract_id).returning(Point.id)
            ).scalar_one()
            uow.connection.execute(
                insert(Device).values(
                    organisation_id=ids[client], point_id=point_id, serial=f"SN{number}", kind="camera"
                )
            )


def add_contract(uow: UnitOfWork, client_id: int, contractor_id: int, number: str) -> int:
    contract = insert(Contract).values(
        organisation_id=client_id,
        contractor_id=contractor_id,
        number=number,
        name="运维合同",
        pack_key="FC",
        overrides={},
        starts_on=date(2026, 1, 1),
        ends_on=date(2028, 1, 1),
    )
    contract_id: int = uow.connection.execute(contract.returning(Contract.id)).scalar_one()
    return contract_id


def free_point(uow: UnitOfWork, client_id: int, code: str) -> None:
    where = (Point.organisation_id == client_id, Point.code == code)
    uow.connection.execute(update(Point).where(*where).values(contract_id=None))


def add_person(engine: Engine, name: str, organisation_id: int, *roles: str) -> str:
    """The person's API key, with every permission of the roles."""
    user_id = engine.run(create_user, ENGINE, organisation_id, name, name.title(), "no password", list(roles))
    permissions = frozenset[str]().union(*(BY_KEY[role].permissions for role in roles))
    return engine.run(create_api_key, ENGINE, user_id, "tests", permissions, 90).key
