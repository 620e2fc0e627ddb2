"""决策: published decision files, their versions, and the decisions that stand in each."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import Connection, select

from engine import nouns
from engine.authorization import Actor
from engine.errors import NotFound
from engine.models import DecisionDefinition, PublishedDecision
from engine.queries.definition_list import DefinitionItem, versions
from engine.queries.paging import Page, read_newest

_file = DecisionDefinition.__table__


@dataclass(frozen=True)
class DecisionName:
    id: str  # what a business rule task names
    name: str


@dataclass(frozen=True)
class DecisionItem(DefinitionItem):
    """One published version of a file, and what stands in it."""

    decisions: tuple[DecisionName, ...] = ()


def decision_list(
    connection: Connection, actor: Actor, *, key: str | None = None, after: str | None = None, limit: int = 20
) -> Page[DecisionItem]:
    """Versions of the actor's own organisation, newest first; the engine itself sees all."""
    query = versions(_file, actor)
    if key:
        query = query.where(_file.c.key == key)
    page = read_newest(connection, query, _file.c.id, after, limit, DecisionItem)
    return Page(_with_decisions(connection, page.items), page.next)


def decision_detail(connection: Connection, actor: Actor, definition_id: int) -> DecisionItem:
    """Raises NotFound, also for a file of another organisation."""
    row = connection.execute(versions(_file, actor).where(_file.c.id == definition_id)).one_or_none()
    if row is None:
        raise NotFound(what=nouns.DECISION)
    return _with_decisions(connection, [DecisionItem(*row)])[0]


def decision_content(connection: Connection, actor: Actor, definition_id: int) -> bytes:
    """The bytes as they were published. Raises NotFound."""
    found = decision_detail(connection, actor, definition_id)
    content: bytes = connection.execute(select(_file.c.content).where(_file.c.id == found.id)).scalar_one()
    return content


def _with_decisions(connection: Connection, items: list[DecisionItem]) -> list[DecisionItem]:
    table = PublishedDecision.__table__
    rows = connection.execute(
        select(table.c.definition_id, table.c.decision_id, table.c.name)
        .where(table.c.definition_id.in_([item.id for item in items]))
        .order_by(table.c.definition_id, table.c.decision_id)
    ).all()
    return [
        replace(item, decisions=tuple(DecisionName(row[1], row[2]) for row in rows if row[0] == item.id))
        for item in items
    ]
