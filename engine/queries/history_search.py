"""履历检索: history of all cases that an actor may see, newest first, by who, what, when and which case.

The words of a fact are in no index: a search looks at a bounded stretch of rows and says how far it came.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, or_, select

from engine.authorization import Actor
from engine.models import HistoryEvent, ProcessDefinition, ProcessInstance, User
from engine.queries.history import HistoryItem
from engine.queries.paging import decode, encode, page_size
from engine.queries.search import contains
from engine.visibility import visible

STRETCH = 50_000  # rows that one search looks through
FEW = 500  # cases: what is known to lie in these is found without a stretch
SAME_MOMENT = 1_000  # rows whose ids may not follow their times: commands that ran beside one another

event: Any = HistoryEvent.__table__
root: Any = ProcessInstance.__table__
definition: Any = ProcessDefinition.__table__
user: Any = User.__table__


@dataclass(frozen=True)
class HistorySearch:
    """All of it must hold; what is empty is not asked."""

    who: str = ""  # in the sign-in or display name
    types: frozenset[str] = frozenset()  # of facts
    since: datetime | None = None  # aware; included
    until: datetime | None = None  # not included
    case: str = ""  # in the 工单号
    process: str = ""  # its key
    words: str = ""  # in a value of a fact
    at: ColumnElement[bool] | None = None  # further, on the case's row in `process_instance`

    @property
    def names_cases(self) -> bool:
        return bool(self.case) or self.at is not None


@dataclass(frozen=True)
class FoundRow:
    """One row of history with the case it belongs to, if any."""

    id: int
    item: HistoryItem
    root_id: int | None
    number: str | None
    title: str | None
    process_name: str | None


@dataclass(frozen=True)
class Found:
    """One page. `searched_to`: where the search stopped although older rows may hold more; `next` goes on there."""

    rows: list[FoundRow]
    next: str | None
    searched_to: datetime | None


def history_search(
    connection: Connection,
    actor: Actor,
    wanted: HistorySearch,
    *,
    of_no_case: bool = False,
    after: str | None = None,
    limit: int = 50,
) -> Found:
    """`of_no_case`: also what belongs to no case, of the actor's organisation or of none. Raises Invalid (cursor)."""
    (last,) = decode(after, int) if after else (_last_id(connection) + 1,)
    query = _query(actor, wanted, of_no_case)
    few = _cases(connection, actor, wanted) if wanted.names_cases else None
    if few is not None:
        top, bottom = last, 0
        query = query.where(event.c.root_id.in_(few))
    else:
        top, bottom = _stretch(connection, wanted, last)
        query = query.where(event.c.id > max(bottom, top - 1 - STRETCH))
    size = page_size(limit)
    rows = connection.execute(query.where(event.c.id < top).order_by(event.c.id.desc()).limit(size + 1)).all()
    shown = [found for row in rows[:size] if _holds(wanted, (found := _found(row)).item.facts)]
    if len(rows) > size:
        return Found(shown, encode(rows[size - 1].id), None)
    end = 0 if few is not None else top - 1 - STRETCH
    if end <= bottom:
        return Found(shown, None, None)
    return Found(shown, encode(end + 1), _time_of(connection, end))


def _query(actor: Actor, wanted: HistorySearch, of_no_case: bool) -> Select[Any]:
    seen = and_(root.c.id.is_not(None), visible(root, actor), *_of_case(wanted))
    if of_no_case and not (wanted.names_cases or wanted.process):
        own = or_(event.c.organisation_id == actor.organisation_id, event.c.organisation_id.is_(None))
        seen = or_(seen, and_(event.c.root_id.is_(None), own))
    columns = ("id", "root_id", "seq", "at", "actor_name", "command", "facts", "hash")
    query = (
        select(
            *(event.c[name] for name in columns),
            user.c.display_name,
            root.c.business_key,
            root.c.title,
            definition.c.name.label("process_name"),
        )
        .outerjoin(root, root.c.id == event.c.root_id)
        .outerjoin(definition, definition.c.id == root.c.definition_id)
        .outerjoin(user, user.c.id == event.c.actor_id)
        .where(seen, *contains(wanted.who, event.c.actor_name, user.c.display_name), *_of_facts(wanted))
    )
    if wanted.since is not None:
        query = query.where(event.c.at >= wanted.since)
    return query if wanted.until is None else query.where(event.c.at < wanted.until)


def _of_case(wanted: HistorySearch) -> list[ColumnElement[bool]]:
    found = contains(wanted.case, root.c.business_key)
    if wanted.process:
        found.append(root.c.definition_id.in_(select(definition.c.id).where(definition.c.key == wanted.process)))
    return [*found, *([wanted.at] if wanted.at is not None else [])]


def _of_facts(wanted: HistorySearch) -> list[ColumnElement[bool]]:
    """By the stored text; `_holds` looks again at what it means."""
    found = list[ColumnElement[bool]]()
    if wanted.types:
        found.append(
            or_(*(event.c.facts.contains(f'"type":"{type}"', autoescape=True) for type in sorted(wanted.types)))
        )
    written = orjson.dumps(wanted.words).decode()[1:-1]
    return [*found, *contains(written, event.c.facts)]


def _cases(connection: Connection, actor: Actor, wanted: HistorySearch) -> list[int] | None:
    """The cases asked for; None: too many to be named."""
    query = select(root.c.id).where(root.c.root_id == root.c.id, visible(root, actor), *_of_case(wanted))
    found = list(connection.scalars(query.limit(FEW + 1)))
    return found if len(found) <= FEW else None


def _stretch(connection: Connection, wanted: HistorySearch, last: int) -> tuple[int, int]:
    """The ids between which the wanted times lie: below the first and above the second."""
    oldest = connection.scalar(select(func.min(event.c.id))) or 1
    since = 0 if wanted.since is None else _first_at(connection, wanted.since) - SAME_MOMENT
    top = last if wanted.until is None else min(last, _first_at(connection, wanted.until) + SAME_MOMENT)
    return top, max(oldest - 1, since)


def _first_at(connection: Connection, moment: datetime) -> int:
    """About the id of the first row at or after a moment: ids follow time, but for SAME_MOMENT."""
    low, high = 1, _last_id(connection) + 1
    while low < high:
        middle = (low + high) // 2
        row = connection.execute(
            select(event.c.id, event.c.at).where(event.c.id >= middle).order_by(event.c.id).limit(1)
        ).first()
        if row is None or row.at >= moment:
            high = middle
        else:
            low = row.id + 1
    return low


def _last_id(connection: Connection) -> int:
    return connection.scalar(select(event.c.id).order_by(event.c.id.desc()).limit(1)) or 0


def _time_of(connection: Connection, id_: int) -> datetime | None:
    return connection.scalar(select(event.c.at).where(event.c.id >= id_).order_by(event.c.id).limit(1))


def _holds(wanted: HistorySearch, facts: list[dict[str, Any]]) -> bool:
    """Whether the facts are what was asked for, and do not only look like it."""
    meant = [fact for fact in facts if not wanted.types or fact["type"] in wanted.types]
    words = wanted.words.casefold().strip()
    return bool(meant) and (not words or any(words in text.casefold() for text in _texts(facts)))


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, dict):
        for key, one in value.items():
            yield from () if key == "type" else _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
    elif value is not None:
        yield str(value)


def _found(row: Row[Any]) -> FoundRow:
    name = row.display_name or row.actor_name
    facts = orjson.loads(row.facts)
    item = HistoryItem(row.seq or 0, row.at, row.actor_name, name, row.command, facts, row.hash.hex())
    return FoundRow(row.id, item, row.root_id, row.business_key, row.title, row.process_name)
