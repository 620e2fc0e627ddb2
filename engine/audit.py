"""History that can be believed: an HMAC over each row and the one before it, and the proof that nothing was touched."""

from __future__ import annotations

import hmac
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, LargeBinary, cast, select, true, type_coerce
from sqlalchemy.types import NullType

from engine.database import as_at_one_moment
from engine.models import HistoryEvent, ProcessInstance

BATCH = 5_000
TEXTS = ("actor_name", "command", "facts")


def canonical(facts: list[dict[str, Any]]) -> str:
    """The stored text of a row's facts: sorted keys, no blanks, UTF-8. The HMAC covers this very text."""
    return orjson.dumps(facts, option=orjson.OPT_SORT_KEYS).decode()


def seal(key: bytes, row: dict[str, Any]) -> bytes:
    """The 32-byte HMAC-SHA256 of a history row, given as its columns without `id` and `hash`."""
    content = orjson.dumps(
        [
            row["organisation_id"],
            row["root_id"],
            row["seq"],
            row["at"].astimezone(UTC).isoformat(timespec="microseconds"),
            row["actor_id"],
            row["actor_name"],
            row["command"],
            row["facts"],
        ]
    )
    return hmac.digest(key, (row["previous_hash"] or b"") + content, "sha256")


@dataclass(frozen=True)
class Damage:
    """One place where history is not what was written."""

    kind: str  # content, link, gap, truncated (rows are missing at the end), head (the case's record of the end)
    root_id: int | None  # the case; null for events of no case
    seq: int | None
    row_id: int | None  # history_event.id; null where the row itself is missing
    at: datetime | None

    def __str__(self) -> str:
        where = f"case {self.root_id} seq {self.seq}" if self.root_id is not None else "event of no case"
        return f"{self.kind}: history_event {self.row_id} ({where}, {self.at})"


@dataclass(frozen=True)
class Verification:
    """What `verify` saw."""

    rows: int
    cases: int
    damages: tuple[Damage, ...]


Ends = dict[Any, tuple[int, bytes | None]]
"""Root id -> number and hash of the last row of its chain."""


def verify(connection: Connection, key: bytes) -> Verification:
    """Walk all of history. Finds edited, deleted, inserted, re-ordered and cut-off rows of every case.

    Commands may go on meanwhile. Values are read as they lie there: a damaged one must not stop the walk.
    """
    as_at_one_moment(connection)
    return _walk(connection, key, true(), _heads(connection), yield_per=BATCH)


def verify_cases(connection: Connection, key: bytes, root_ids: Collection[int]) -> Verification:
    """The same of these cases alone, by the ids of their root instances. Their ends are read before their rows."""
    if not root_ids:
        return Verification(0, 0, ())
    return _walk(connection, key, HistoryEvent.__table__.c.root_id.in_(root_ids), _heads(connection, *root_ids))


def verify_events(connection: Connection, key: bytes, ids: Collection[int]) -> Verification:
    """Events of no case, by the ids of their rows: each carries a seal of its own."""
    return _walk(connection, key, HistoryEvent.__table__.c.id.in_(ids), Ends())


def _walk(connection: Connection, key: bytes, where: ColumnElement[bool], heads: Ends, **options: int) -> Verification:
    """`heads`: of the cases that are looked at; `options`: of the reading."""
    table = HistoryEvent.__table__
    rows, damages, seen = 0, list[Damage](), Ends()
    query = select(*_raw(connection)).where(where).order_by(table.c.root_id, table.c.seq, table.c.id)
    for mapping in connection.execute(query.execution_options(**options)).mappings():
        row, rows = _row(mapping), rows + 1
        damages.extend(_check(key, row, seen))
    damages.extend(_check_ends(connection, heads, seen))
    return Verification(rows, len(seen), tuple(damages))


def _heads(connection: Connection, *root_ids: int) -> Ends:
    root = ProcessInstance.__table__
    query = select(root.c.id, root.c.history_seq, root.c.history_head)
    query = query.where(root.c.id.in_(root_ids) if root_ids else root.c.root_id == root.c.id)
    return {id_: (seq, head) for id_, seq, head in connection.execute(query)}


def _check_ends(connection: Connection, heads: Ends, seen: Ends) -> Iterator[Damage]:
    """Each case knows the end of its chain; rows behind it are honest only if the case has moved on meanwhile."""
    for root_id in sorted(heads.keys() | seen.keys(), key=str):
        seq, head = heads.get(root_id, (0, None))
        last_seq, last_hash = seen.get(root_id, (0, None))
        if seq > last_seq:
            yield Damage("truncated", root_id, seq, None, None)
        elif seq == last_seq and head != last_hash:
            yield Damage("head", root_id, seq, None, None)
        elif seq < last_seq and _heads(connection, root_id).get(root_id, (0, None))[0] < last_seq:
            yield Damage("head", root_id, last_seq, None, None)


def _raw(connection: Connection) -> list[Any]:
    """The columns past their types: SQLite keeps whatever is written, also text that is no UTF-8."""
    columns = HistoryEvent.__table__.c
    if connection.dialect.name != "sqlite":
        return list(columns)
    return [
        (cast(column, LargeBinary) if column.name in TEXTS else type_coerce(column, NullType())).label(column.name)
        for column in columns
    ]


def _row(mapping: Mapping[Any, Any]) -> dict[str, Any]:
    """The row's values; one that cannot be read stands as it lies there, and its seal will not fit."""
    row = dict(mapping)
    with suppress(ValueError):
        if isinstance(row["at"], str):
            row["at"] = datetime.fromisoformat(row["at"]).replace(tzinfo=UTC)
        for name in TEXTS:
            if isinstance(row[name], bytes):
                row[name] = row[name].decode()
    return row


def _check(key: bytes, row: dict[str, Any], seen: Ends) -> Iterator[Damage]:
    at = row["at"] if isinstance(row["at"], datetime) else None
    place = (row["root_id"], row["seq"], row["id"], at)
    if not _sealed(key, row):
        yield Damage("content", *place)
    if row["root_id"] is None:
        return
    last_seq, last_hash = seen.get(row["root_id"], (0, None))
    if row["seq"] != last_seq + 1:
        yield Damage("gap", *place)
    elif row["previous_hash"] != last_hash:
        yield Damage("link", *place)
    seen[row["root_id"]] = (row["seq"] if isinstance(row["seq"], int) else last_seq, row["hash"])


def _sealed(key: bytes, row: dict[str, Any]) -> bool:
    try:
        return hmac.compare_digest(seal(key, row), row["hash"])
    except (AttributeError, TypeError, ValueError):  # a value of a kind that was never written
        return False
