"""Builds the demo city: people and ledger by commands, tickets played through the real engine on a manual clock."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import delete, select, text

from accounts.commands.create_organisation import create_organisation
from accounts.commands.sync_roles import sync_roles
from accounts.house import House
from accounts.roles import BY_KEY
from accounts.sign_in import add_user
from api.demo import city, streets
from api.demo.plan import DAYS, month, under_way
from api.demo.play import Stage, play
from api.demo.progress import Progress, Say
from engine.authorization import ENGINE
from engine.calendar import SHANGHAI
from engine.clock import ManualClock
from engine.commands.publish_definition import publish_definition
from engine.engine import Engine
from engine.models import Base, Organisation
from engine.unit_of_work import UnitOfWork
from maintenance.commands.create_contract import ContractTerms, create_contract
from maintenance.commands.import_ledger import import_ledger
from maintenance.commands.publish_pack import publish_pack
from maintenance.ledger.columns import DEVICES, POINTS
from maintenance.ledger.export import to_xlsx
from maintenance.ledger.table import read_table
from maintenance.packs.load import shipped, shipped_tables

PROCESSES = Path(__file__).parents[2] / "bpmn"


def is_built(engine: Engine) -> bool:
    with engine.read() as connection:
        return connection.scalar(select(Organisation.id).limit(1)) is not None


def build_city(app: Flask, say: Say, *, empty: bool, days: int = DAYS, terminal: bool = False) -> None:
    """`say` is told each step. With `empty`, everything in the database is deleted first. `days`: of past tickets.

    A city that cannot be finished is taken away again: half a city would look whole to the next start.
    """
    house: House = app.extensions["signalbox"]
    if empty:
        say("清空数据库 / emptying the database")
        house.engine.run(_empty, ENGINE)
    try:
        with app.app_context():
            _build(house, say, days, terminal=terminal)
    except BaseException:  # also when it is interrupted
        house.engine.run(_empty, ENGINE)
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


def _build(house: House, say: Say, days: int, *, terminal: bool) -> None:
    engine = house.engine
    with engine.read() as connection:
        present = engine.resources.clock.now(connection)
    clock = ManualClock(present - timedelta(days=days + 1))
    past = engine.at(clock)
    say("单位与人员 / organisations and people")
    organisations = _people(past)
    client = organisations[city.CLIENT]
    say("策略包与流程 / the policy pack and the processes")
    past.run(publish_pack, ENGINE, shipped("FC"), shipped_tables("FC"))
    for diagram in sorted(PROCESSES.glob("*/*.bpmn")):
        past.run(publish_definition, ENGINE, client, diagram.read_bytes())
    say("合同、点位与设备 / contracts, points and devices")
    _ledger(past, client, present.astimezone(SHANGHAI).date())
    plans = sorted((*month(present, days), *under_way(present)), key=lambda plan: plan.reported_at)
    progress = Progress(say, "工单 / tickets", len(plans), terminal=terminal)
    play(Stage(past, clock, house.forms, house.files, client), plans, present, progress)


def _people(engine: Engine) -> dict[str, int]:
    engine.run(sync_roles, ENGINE)
    organisations = {
        key: engine.run(create_organisation, ENGINE, key, name, kind) for key, name, kind in city.ORGANISATIONS
    }
    for person in city.PEOPLE:
        organisation = organisations[person.organisation]
        add_user(engine, ENGINE, organisation, person.username, person.name, city.PASSWORD, (person.role,))
    return organisations


def _ledger(engine: Engine, client: int, today: date) -> None:
    """The contracts, and the whole ledger as the table that a city would hand in."""
    for one in city.CONTRACTS:
        begins, ends = today + timedelta(days=one.starts), today + timedelta(days=one.ends)
        terms = ContractTerms(one.number, one.name, one.contractor, "FC", begins, ends, one.overrides)
        engine.run(create_contract, ENGINE, client, terms)
    sheets = [(POINTS, *streets.points(today)), (DEVICES, *streets.devices(today))]
    tables = ((book, [book.column(key) for key in keys], rows) for book, keys, rows in sheets)
    engine.run(import_ledger, ENGINE, client, read_table(to_xlsx(tables)))


def _empty(uow: UnitOfWork) -> None:
    """Delete every row. Evidence refuses that, so its guards are taken away and put back in the same transaction."""
    connection = uow.connection
    if connection.dialect.name == "postgresql":
        guarded = connection.scalars(text("SELECT DISTINCT tgrelid::regclass FROM pg_trigger WHERE NOT tgisinternal"))
        tables = list(guarded)
        before = [f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in tables]
        after = [f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in tables]
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
