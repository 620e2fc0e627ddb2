"""History that can be believed: an HMAC over each row and the one before it, and the proof that nothing was touched."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import Connection, select

from engine.models import HistoryEvent, ProcessInstance

BATCH = 5_000


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

    kind: str  # content, link, gap, truncated
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


def verify(connection: Connection, key: bytes) -> Verification:
    """Walk all of history. Finds edited, deleted, inserted, re-ordered and cut-off rows of every case."""
    table = HistoryEvent.__table__
    heads = {
        id_: (seq, head)
        for id_, seq, head in connection.execute(
            select(ProcessInstance.id, ProcessInstance.history_seq, ProcessInstance.history_head).where(
                ProcessInstance.root_id == ProcessInstance.id
            )
        )
    }
    rows, damages, seen = 0, list[Damage](), dict[int, tuple[int, bytes]]()
    query = select(table).order_by(table.c.root_id, table.c.seq, table.c.id).execution_options(yield_per=BATCH)
    for mapping in connection.execute(query).mappings():
        row, rows = dict(mapping), rows + 1
        damages.extend(_check(key, row, seen))
    for root, (seq, head) in heads.items():
        last_seq, last_hash = seen.get(root, (0, b""))
        if seq > last_seq or (seq == last_seq and (head or b"") != last_hash):
            damages.append(Damage("truncated", root, seq, None, None))
    return Verification(rows, len(seen), tuple(damages))


def _check(key: bytes, row: dict[str, Any], seen: dict[int, tuple[int, bytes]]) -> Iterator[Damage]:
    place = (row["root_id"], row["seq"], row["id"], row["at"])
    if not hmac.compare_digest(seal(key, row), bytes(row["hash"])):
        yield Damage("content", *place)
    if row["root_id"] is None:
        return
    last_seq, last_hash = seen.get(row["root_id"], (0, b""))
    if row["seq"] != last_seq + 1:
        yield Damage("gap", *place)
    elif bytes(row["previous_hash"] or b"") != last_hash:
        yield Damage("link", *place)
    seen[row["root_id"]] = (row["seq"], bytes(row["hash"]))
