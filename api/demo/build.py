"""Builds the demo city: people and ledger by commands, tickets played through the real engine on a manual clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import delete, insert, select, text

from accounts.commands.create_organisation import create_organisation
from accounts.commands.sync_roles import sync_roles
from accounts.roles import BY_KEY
from accounts.sign_in import add_user
from api.demo import city
from engine.authorization import ENGINE, Actor
from engine.clock import ManualClock
from engine.commands.complete_task import complete_task
from engine.commands.publish_definition import publish_definition
from engine.commands.start_instance import start_instance
from engine.engine import Engine
from engine.models import Base, Organisation, User, UserTask
from engine.unit_of_work import UnitOfWork
from engine.worker import live_until
from maintenance.commands.publish_pack import publish_pack
from maintenance.models import Contract, Device, Point
from maintenance.packs.load import shipped

PROCESSES = Path(__file__).parents[2] / "bpmn"
SERVICE_PERIOD = timedelta(days=3 * 365)  # 3 years (FC 2.1, R-317)

EVIDENCE = ("history_event", "clock_event")  # append-only tables

Say = Callable[[str], Any]


def is_built(engine: Engine) -> bool:
    with engine.read() as connection:
        return connection.scalar(select(Organisation.id).limit(1)) is not None


def build_city(app: Flask, say: Say, *, empty: bool) -> None:
    """`say` is told each step. With `empty`, everything in the database is deleted first.

    A city that cannot be finished is taken away again: half a city would look whole to the next start.
    """
    engine: Engine = app.extensions["signalbox"].engine
    if empty:
        say("清空数据库 / emptying the database")
        engine.run(_empty, ENGINE)
    try:
        with app.app_context():
            _build(engine, say)
    except Exception:
        engine.run(_empty, ENGINE)
        raise


def tell_accounts(engine: Engine, say: Say) -> None:
    """Who can sign in, for whoever starts the demo; nothing where the database holds something else."""
    with engine.read() as connection:
        names = set(connection.scalars(select(Organisation.name)))
    if not names.issuperset(name for _, name, _ in city.ORGANISATIONS):
        return
    say("演示账号 / demo accounts (password " + city.PASSWORD + "):")
    for person in city.PEOPLE:
        say(f"  {person.username:14} {BY_KEY[person.role].zh} / {BY_KEY[person.role].en}")


def _build(engine: Engine, say: Say) -> None:
    say("单位与人员 / organisations and people")
    organisations = _people(engine)
    client, contractor = organisations[city.CLIENT], organisations[city.CONTRACTOR]
    say("点位、设备与合同 / points, devices and the contract")
    engine.run(_ledger, ENGINE, client, contractor)
    say("策略包与流程 / the policy pack and the process")
    engine.run(publish_pack, ENGINE, shipped("FC"))
    for diagram in sorted(PROCESSES.glob("*/*.bpmn")):
        engine.run(publish_definition, ENGINE, client, diagram.read_bytes())
    for number, ticket in enumerate(city.TICKETS, start=1):
        say(f"工单 / ticket {number}/{len(city.TICKETS)}: {ticket.symptom}")
        _play(engine, client, ticket)


def _people(engine: Engine) -> dict[str, int]:
    engine.run(sync_roles, ENGINE)
    organisations = {
        key: engine.run(create_organisation, ENGINE, key, name, kind) for key, name, kind in city.ORGANISATIONS
    }
    for person in city.PEOPLE:
        organisation = organisations[person.organisation]
        add_user(engine, ENGINE, organisation, person.username, person.name, city.PASSWORD, (person.role,))
    return organisations


def _ledger(uow: UnitOfWork, client: int, contractor: int) -> None:
    today = uow.now.date()
    period = {"starts_on": today - timedelta(days=30), "ends_on": today + SERVICE_PERIOD}
    values = {**city.CONTRACT, "organisation_id": client, "contractor_id": contractor, **period}
    contract = uow.connection.execute(insert(Contract).values(values).returning(Contract.id)).scalar_one()
    places = [(road, crossing) for road in city.ROADS for crossing in city.CROSSINGS]
    latitude, longitude = city.FIRST_POINT
    for number, (road, crossing) in enumerate(places, start=1):
        point = {
            "organisation_id": client,
            "code": f"QC{number:03}",
            "name": f"{road}{crossing}违停抓拍点",
            "road": road,
            "district": "城关",
            "latitude": latitude + number // 6 * 0.004,
            "longitude": longitude + number % 6 * 0.005,
            "key_site": number % 7 == 0,
            "contract_id": contract,
        }
        point_id = uow.connection.execute(insert(Point).values(point).returning(Point.id)).scalar_one()
        for position, kind in enumerate(city.DEVICE_KINDS[: 1 + number % 3], start=1):
            device = {"organisation_id": client, "point_id": point_id, "kind": kind, "model": "VX-200"}
            uow.connection.execute(insert(Device).values(**device, serial=f"SN{number:03}{position}"))


def _play(engine: Engine, client: int, ticket: city.Ticket) -> None:
    """The ticket as it would have gone: on a clock of its own that ends at the present."""
    with engine.read() as connection:
        present = engine.resources.clock.now(connection)
    reported = present - timedelta(minutes=ticket.minutes_ago)
    clock = ManualClock(reported)
    past = engine.at(clock)
    form = {
        "point": f"QC{ticket.point + 1:03}",
        "category": ticket.category,
        "symptom": ticket.symptom,
        "occurred_at": (reported - timedelta(minutes=5)).isoformat(),
    }
    started = past.run(start_instance, _actor(past, "reporter"), client, "fault_repair_fc", form)
    for minutes, who, element, data in ticket.steps:
        live_until(past, clock, reported + timedelta(minutes=minutes))
        past.run(complete_task, _actor(past, who), _open_task(past, started.instance_id, element), data)
    live_until(past, clock, present)


def _open_task(engine: Engine, instance_id: int, element: str) -> str:
    with engine.read() as connection:
        query = select(UserTask.id).where(UserTask.instance_id == instance_id, UserTask.state == "open")
        return str(connection.scalar(query.where(UserTask.element_id == element)))


def _actor(engine: Engine, username: str) -> Actor:
    role = next(person.role for person in city.PEOPLE if person.username == username)
    with engine.read() as connection:
        row = connection.execute(select(User).where(User.username == username)).one()
    keys = frozenset({role})
    return Actor(row.id, row.username, row.organisation_id, row.display_name, keys, keys, BY_KEY[role].permissions)


def _empty(uow: UnitOfWork) -> None:
    """Delete every row. Evidence refuses that, so its guards are taken away and put back in the same transaction."""
    connection = uow.connection
    if connection.dialect.name == "postgresql":
        before = [f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in EVIDENCE]
        after = [f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in EVIDENCE]
    else:
        triggers = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
        before = ["PRAGMA defer_foreign_keys = ON", *(f'DROP TRIGGER "{row.name}"' for row in triggers)]
        after = [str(row.sql) for row in triggers]
    for statement in before:
        connection.exec_driver_sql(statement)
    for table in reversed(Base.metadata.sorted_tables):
        connection.execute(delete(table))
    for statement in after:
        connection.exec_driver_sql(statement)
