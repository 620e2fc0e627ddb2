"""A small city for tests of the engine: two clients, two contractors, their people, and short ways to set things up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, select

from engine.authorization import ENGINE, Actor
from engine.clock import Clock
from engine.commands.publish_definition import Published, publish_definition
from engine.commands.start_instance import start_instance
from engine.database import Database
from engine.engine import Engine
from engine.errors import Invalid
from engine.expressions.functions import STANDARD
from engine.expressions.registry import Function
from engine.extensions import Context, Extensions, FormHead, Parameter, Service
from engine.models import Base, Organisation, User, UserTask
from engine.queries.history import HistoryItem, history
from engine.starting import Started
from engine.unit_of_work import UnitOfWork

KEY = b"a history key of tests, 32 bytes"
CLIENT, CONTRACTOR, OTHER_CONTRACTOR, OTHER_CLIENT = 9_001, 9_002, 9_003, 9_004  # beyond what a sequence gives
ORGANISATIONS = {CLIENT: "client", CONTRACTOR: "contractor", OTHER_CONTRACTOR: "contractor", OTHER_CLIENT: "client"}
GROUPS = {"desk": "值班", "chiefs": "负责人", "fitters": "维修"}
STAFF = frozenset({"case.start", "case.read", "task.work"})
CHIEF = STAFF | {"case.cancel", "job.retry", "definition.read", "definition.edit", "definition.publish"}
OWN = frozenset({"case.start", "task.work"})  # sees only what he or she has raised or works on


@dataclass(frozen=True)
class Person:
    id: int
    organisation_id: int
    group: str | None
    permissions: frozenset[str]


PEOPLE = {f"clerk{number}": Person(9_000 + number, CLIENT, "desk", STAFF) for number in range(1, 9)}
PEOPLE |= {
    "reporter": Person(9_011, CLIENT, None, OWN),
    "chief": Person(9_012, CLIENT, "chiefs", CHIEF),
    "second": Person(9_013, CLIENT, "chiefs", CHIEF),
    "third": Person(9_014, CLIENT, "chiefs", CHIEF),
    "fitter": Person(9_021, CONTRACTOR, "fitters", STAFF),
    "helper": Person(9_022, CONTRACTOR, "fitters", OWN),
    "foreman": Person(9_023, CONTRACTOR, "chiefs", CHIEF),
    "outsider": Person(9_031, OTHER_CONTRACTOR, "fitters", CHIEF),
    "stranger": Person(9_041, OTHER_CLIENT, "desk", CHIEF),
}
"""Sign-in name -> who that is. The display name is the sign-in name in capitals."""


def actor(name: str, **changes: Any) -> Actor:
    """A person of the city as an Actor. `changes`: other fields of the Actor."""
    person = PEOPLE[name]
    groups = frozenset({person.group}) if person.group else frozenset()
    found = Actor(person.id, name, person.organisation_id, name.upper(), groups, groups, person.permissions)
    return replace(found, **changes)


class SmallForms:
    """One form, "note": `note` must be a text, everything else is dropped."""

    def keys(self) -> frozenset[str]:
        return frozenset({"note"})

    def read(self, content: bytes) -> FormHead:
        """A form file here is its key."""
        return FormHead(content.decode(), "表单")

    def validate(
        self, form_key: str | None, data: Mapping[str, Any], known: Mapping[str, Any], context: Context
    ) -> dict[str, Any]:
        if form_key is None:  # the tests of the engine set what they like
            return dict(data)
        if not isinstance(data.get("note"), str):
            raise Invalid({"note": [{"code": "required", "zh": "请填写", "en": "fill in"}]})
        return {"note": data["note"]}


def invite(context: Context, /, **parameters: Any) -> None:
    """The service "test.invite"."""
    context.participant(parameters["organisation"], "contract")


INVITE = Service(
    "test.invite",
    invite,
    zh="邀请",
    en="invite",
    parameters=(Parameter("organisation", "number", zh="单位", en="unit"),),
)


def new_engine(
    database: Database,
    clock: Clock,
    *,
    functions: tuple[Function, ...] = (),
    services: tuple[Service, ...] = (),
) -> Engine:
    """An engine with the standard functions, the form "note", the service "test.invite" and what is given."""
    extensions = Extensions(groups=dict(GROUPS), forms=SmallForms())
    for function in (*STANDARD, *functions):
        extensions.functions.add(function)
    for service in (INVITE, *services):
        extensions.add_service(service)
    return Engine(database, clock, extensions, history_key=KEY)


def without_second_person(engine: Engine) -> Engine:
    """The same where the house lets one person publish alone."""
    clock, extensions = engine.resources.clock, engine.extensions
    return Engine(engine.database, clock, extensions, history_key=KEY, two_person_publish=False)


def open_city(engine: Engine) -> None:
    """Store the organisations and the people."""
    engine.run(_settle, ENGINE)


def _settle(uow: UnitOfWork) -> None:
    organisations = [
        {"id": id_, "key": f"organisation{id_}", "name": f"单位{id_}", "kind": kind}
        for id_, kind in ORGANISATIONS.items()
    ]
    people = [
        {
            "id": person.id,
            "organisation_id": person.organisation_id,
            "username": name,
            "display_name": name.upper(),
            "active": True,
            "fs_uniquifier": name,
            "created_at": datetime(2026, 1, 1, tzinfo=UTC),
        }
        for name, person in PEOPLE.items()
    ]
    uow.connection.execute(insert(Organisation), organisations)
    uow.connection.execute(insert(User), people)


def deploy(engine: Engine, content: bytes, organisation_id: int = CLIENT) -> Published:
    return engine.run(publish_definition, ENGINE, organisation_id, content)


def open_ticket(
    engine: Engine, key: str, data: Mapping[str, Any] | None = None, by: str = "clerk1", organisation_id: int = CLIENT
) -> Started:
    return engine.run(start_instance, actor(by), organisation_id, key, data or {})


def fetch(engine: Engine, query: Any) -> list[Any]:
    with engine.read() as connection:
        return list(connection.execute(query))


def open_tasks(engine: Engine, instance_id: int) -> dict[str, str]:
    """Element id -> task id of the open tasks of a case that has each element open once."""
    query = select(UserTask.element_id, UserTask.id).where(
        UserTask.instance_id == instance_id, UserTask.state == "open"
    )
    return {element_id: task_id for element_id, task_id in fetch(engine, query)}


def told(engine: Engine, instance_id: int) -> list[HistoryItem]:
    """The whole history of a case."""
    with engine.read() as connection:
        items, after = list[HistoryItem](), None
        while True:
            page = history(connection, ENGINE, instance_id, after=after)
            items, after = items + page.items, page.next
            if after is None:
                return items


def facts(engine: Engine, instance_id: int) -> list[tuple[str, str | None]]:
    """(type, element id) of every fact of a case, in order."""
    return [(fact["type"], fact.get("element")) for item in told(engine, instance_id) for fact in item.facts]


def everything(engine: Engine) -> dict[str, list[Any]]:
    """Every row of every table, to compare before and after."""
    with engine.read() as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(select(table))), key=repr)
            for table in Base.metadata.sorted_tables
        }
