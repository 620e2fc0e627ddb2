"""The one way into the ledger for commands: permission, lock, comparison, writing, history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from engine import nouns
from engine.authorization import ENGINE, Actor, require
from engine.errors import Invalid, NotFound
from engine.models import Organisation
from engine.unit_of_work import UnitOfWork
from maintenance.ledger.columns import POINTS, Book
from maintenance.ledger.findings import LedgerRefused
from maintenance.ledger.plan import Mode, Plan, make_plan
from maintenance.ledger.stock import Stock
from maintenance.ledger.table import Table, table_of
from maintenance.ledger.writing import Note, Source, facts, write

EDIT = "ledger.edit"
NOUNS = {"point": nouns.POINT, "device": nouns.DEVICE}
NOT_IN_LEDGER = {"code": "not_a_choice", "zh": "台账中没有此项。", "en": "It is not in the ledger."}
"""What is said of a field that names an unknown point or device."""


def require_keeper(connection: Connection, actor: Actor, organisation_id: int, permission: str = EDIT) -> None:
    """Only the client's own people change its papers and its ledger. Raises Forbidden, NotFound."""
    require(actor, permission)
    client = select(Organisation.id).where(Organisation.id == organisation_id, Organisation.kind == "client")
    foreign = actor is not ENGINE and actor.organisation_id != organisation_id
    if foreign or connection.scalar(client) is None:
        raise NotFound(what=nouns.CLIENT)


def change_ledger(
    uow: UnitOfWork, organisation_id: int, table: Table, source: Source, mode: Mode = "either", reason: str = ""
) -> Plan:
    """Do everything a table says, or nothing. Raises Forbidden, NotFound (client), LedgerRefused with all findings."""
    require_keeper(uow.connection, uow.actor, organisation_id)
    stock = Stock(uow.connection, organisation_id)
    stock.lock()
    plan = make_plan(stock, table, mode)
    note = Note(uow.now, uow.actor.id, source, reason=reason)
    write(stock, plan, note)
    for fact in facts(plan, note):
        uow.loose_fact("ledger_changed", organisation_id=organisation_id, **fact)
    return plan


def create_one(uow: UnitOfWork, organisation_id: int, book: Book, values: Mapping[str, Any]) -> str:
    """Add a point or a device; its code or serial. Raises Invalid per column beside what change_ledger raises."""
    given = {**{column.key: None for column in book.columns if column.required}, **values}
    try:
        change_ledger(uow, organisation_id, table_of(book, given), "manual", "create")
    except LedgerRefused as refused:
        raise invalid(refused) from None
    return str(given[book.key]).strip()


def update_one(
    uow: UnitOfWork, organisation_id: int, book: Book, key: str, values: Mapping[str, Any], reason: str = ""
) -> list[str]:
    """Change some columns of a point or a device; the keys of those that differ now. Raises NotFound, Invalid."""
    require_keeper(uow.connection, uow.actor, organisation_id)
    stock = Stock(uow.connection, organisation_id)
    found = stock.points([key]) if book is POINTS else stock.devices([key])
    if not found:
        raise NotFound(what=NOUNS[book.subject])
    table = table_of(book, {**values, book.key: key})
    try:
        plan = change_ledger(uow, organisation_id, table, "manual", "update", reason)
    except LedgerRefused as refused:
        raise invalid(refused) from None
    return sorted(key for change in plan.changes for key in change.fields)


def invalid(refused: LedgerRefused) -> Invalid:
    """The findings of one row, per column."""
    fields: dict[str, list[dict[str, str]]] = {}
    for one in refused.findings:
        problem = {"code": one.code, "zh": f"{one.zh}。", "en": f"{one.en[:1].upper()}{one.en[1:]}."}
        fields.setdefault(one.column or "_form", []).append(problem)
    return Invalid(fields)
