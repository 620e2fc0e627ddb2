"""Builds the demo city: people and ledger by commands, tickets played through the real engine on a manual clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import delete, select, text

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
from maintenance.commands.create_contract import ContractTerms, create_contract
from maintenance.commands.import_ledger import import_ledger
from maintenance.commands.publish_pack import publish_pack
from maintenance.ledger.columns import DEVICES, POINTS
from maintenance.ledger.export import to_xlsx
from maintenance.ledger.table import read_table
from maintenance.packs.load import shipped, shipped_tables

PROCESSES = Path(__file__).parents[2] / "bpmn"
SERVICE_PERIOD = timedelta(days=3 * 365)  # 3 years (FC 2.1, R-317)

EVIDENCE = ("history_event", "clock_event", "ledger_event")  # append-only tables

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
    client = organisations[city.CLIENT]
    say("策略包与流程 / the policy pack and the process")
    engine.run(publish_pack, ENGINE, shipped("FC"), shipped_tables("FC"))
    for diagram in sorted(PROCESSES.glob("*/*.bpmn")):
        engine.run(publish_definition, ENGINE, client, diagram.read_bytes())
    say("合同、点位与设备 / the contract, points and devices")
    _ledger(engine, client)
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


def _ledger(engine: Engine, client: int) -> None:
    """The contract, and the whole ledger as the table that a city would hand in."""
    with engine.read() as connection:
        today = engine.resources.clock.now(connection).date()
    number, name, pack = (city.CONTRACT[key] for key in ("number", "name", "pack_key"))
    begins, ends = today - timedelta(days=30), today + SERVICE_PERIOD
    terms = ContractTerms(number, name, city.CONTRACTOR, pack, begins, ends, city.OVERRIDES)
    engine.run(create_contract, ENGINE, client, terms)
    sheets = [(POINTS, *city.points()), (DEVICES, *city.devices())]
    tables = ((book, [book.column(key) for key in keys], rows) for book, keys, rows in sheets)
    engine.run(import_ledger, ENGINE, client, read_table(to_xlsx(tables)))


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
        "impact": ticket.impact,
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
