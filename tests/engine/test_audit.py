"""History that can be believed: every way to touch it behind the engine's back is found and the row is named."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from engine.audit import Damage, Verification, canonical, seal, verify
from engine.authorization import ENGINE
from engine.clock import ManualClock
from engine.commands.add_comment import add_comment
from engine.commands.cancel_instance import cancel_instance
from engine.database import Database
from engine.engine import Engine
from engine.models import HistoryEvent, ProcessInstance
from engine.unit_of_work import UnitOfWork
from tests.conftest import T0
from tests.engine.drawings import ONE_STEP
from tests.factories import KEY, OTHER_CLIENT, actor, deploy, open_ticket

TABLE = HistoryEvent.__table__
NUMBER = 20_001


@pytest.fixture
def tickets(engine: Engine, clock: ManualClock) -> list[int]:
    """Three cases with a row each for the start and four comments; one row of no case (the publication)."""
    deploy(engine, ONE_STEP)
    found = [open_ticket(engine, "one_step").instance_id for _ in range(3)]
    for number in range(4):
        clock.move_to(T0 + timedelta(minutes=number))
        for ticket in found:
            engine.run(add_comment, actor("clerk1"), ticket, f"第{number}句")
    return found


@pytest.fixture
def hand(database: Database, tickets: list[int]) -> Iterator[Connection]:
    """A hand in the database itself, past triggers and foreign keys."""
    with database.engine.connect() as connection:
        if database.is_sqlite:
            names = connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all()
            for name in names:
                connection.execute(text(f'DROP TRIGGER "{name}"'))
            connection.commit()
        else:
            connection.execute(text("SET session_replication_role = replica"))
            connection.commit()
        yield connection
        connection.rollback()
        if not database.is_sqlite:
            connection.execute(text("SET session_replication_role = DEFAULT"))
            connection.commit()


def checked(engine: Engine, key: bytes = KEY) -> Verification:
    with engine.read() as connection:
        return verify(connection, key)


def row_of(hand: Connection, ticket: int, seq: int) -> Any:
    return hand.execute(select(TABLE).where(TABLE.c.root_id == ticket, TABLE.c.seq == seq)).one()


def change(hand: Connection, row: Any, **values: Any) -> None:
    hand.execute(update(HistoryEvent).where(TABLE.c.id == row.id).values(**values))
    hand.commit()


def named(result: Verification) -> list[tuple[str, int | None, int | None, int | None]]:
    return [(damage.kind, damage.root_id, damage.seq, damage.row_id) for damage in result.damages]


def test_untouched_history_is_sound(engine: Engine, tickets: list[int]) -> None:
    assert checked(engine) == Verification(rows=16, cases=3, damages=())


def test_with_another_key_no_row_is(engine: Engine, tickets: list[int]) -> None:
    result = checked(engine, b"another key")
    assert [damage.kind for damage in result.damages] == ["content"] * 16


def test_the_database_itself_refuses_changes(engine: Engine, tickets: list[int]) -> None:
    for statement in ("UPDATE history_event SET command = 'x'", "DELETE FROM history_event"):

        def touch(uow: UnitOfWork, statement: str = statement) -> None:
            uow.connection.execute(text(statement))

        with pytest.raises(DBAPIError, match="append-only"):
            engine.run(touch, ENGINE)
    assert checked(engine).damages == ()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("facts", '[{"text":"第9句","type":"commented"}]'),
        ("at", T0 + timedelta(minutes=2, microseconds=-1)),
        ("at", T0 - timedelta(days=30)),
        ("actor_id", actor("clerk2").id),
        ("actor_id", None),
        ("actor_name", "clerk2"),
        ("command", "add_commenT"),
        ("organisation_id", OTHER_CLIENT),
        ("hash", b"\0" * 32),
    ],
)
def test_an_edited_row_is_named(engine: Engine, hand: Connection, tickets: list[int], column: str, value: Any) -> None:
    row = row_of(hand, tickets[1], 4)
    change(hand, row, **{column: value})
    expected = [("content", tickets[1], 4, row.id)]
    if column == "hash":
        expected.append(("link", tickets[1], 5, row_of(hand, tickets[1], 5).id))
    result = checked(engine)
    assert named(result) == expected
    assert str(result.damages[0]).startswith(f"content: history_event {row.id} (case {tickets[1]} seq 4, ")


def test_one_byte_of_the_hash_before(engine: Engine, hand: Connection, tickets: list[int]) -> None:
    row = row_of(hand, tickets[0], 3)
    change(hand, row, previous_hash=bytes([row.previous_hash[0] ^ 1]) + row.previous_hash[1:])
    assert named(checked(engine)) == [("content", tickets[0], 3, row.id), ("link", tickets[0], 3, row.id)]


def test_the_last_row_with_a_new_hash(engine: Engine, hand: Connection, tickets: list[int]) -> None:
    row = row_of(hand, tickets[0], 5)
    change(hand, row, hash=b"\1" * 32)
    assert named(checked(engine)) == [("content", tickets[0], 5, row.id), ("head", tickets[0], 5, None)]


@pytest.mark.parametrize("seq", [1, 3])
def test_a_deleted_row(engine: Engine, hand: Connection, tickets: list[int], seq: int) -> None:
    hand.execute(delete(HistoryEvent).where(TABLE.c.root_id == tickets[1], TABLE.c.seq == seq))
    hand.commit()
    after = row_of(hand, tickets[1], seq + 1)
    assert named(checked(engine)) == [("gap", tickets[1], seq + 1, after.id)]


@pytest.mark.parametrize("first", [1, 3, 5])
def test_a_cut_off_tail(engine: Engine, hand: Connection, tickets: list[int], first: int) -> None:
    hand.execute(delete(HistoryEvent).where(TABLE.c.root_id == tickets[2], TABLE.c.seq >= first))
    hand.commit()
    assert named(checked(engine)) == [("truncated", tickets[2], 5, None)]


def test_a_tail_cut_off_together_with_the_head(engine: Engine, hand: Connection, tickets: list[int]) -> None:
    """The head was set back and the rows left: more was written than the case knows of."""
    hand.execute(update(ProcessInstance).where(ProcessInstance.id == tickets[0]).values(history_seq=3))
    hand.commit()
    assert named(checked(engine)) == [("head", tickets[0], 5, None)]


def test_another_hash_at_the_head(engine: Engine, hand: Connection, tickets: list[int]) -> None:
    hand.execute(update(ProcessInstance).where(ProcessInstance.id == tickets[0]).values(history_head=b"\2" * 32))
    hand.commit()
    assert named(checked(engine)) == [("head", tickets[0], 5, None)]


def test_an_inserted_row(engine: Engine, hand: Connection, tickets: list[int]) -> None:
    """A forged row behind the last one, chained as well as one can without the key."""
    last = row_of(hand, tickets[0], 5)
    forged = {**last._mapping, "seq": 6, "previous_hash": last.hash, "facts": "[]"}
    del forged["id"]
    forged["hash"] = seal(b"a guess", forged)
    row_id = hand.execute(insert(HistoryEvent).values(forged).returning(TABLE.c.id)).scalar_one()
    hand.commit()
    assert named(checked(engine)) == [("content", tickets[0], 6, row_id), ("head", tickets[0], 6, None)]


def test_a_row_copied_from_another_case(engine: Engine, hand: Connection, tickets: list[int]) -> None:
    there = row_of(hand, tickets[1], 5)
    copied = {**there._mapping, "root_id": tickets[0], "seq": 6}
    del copied["id"]
    hand.execute(insert(HistoryEvent).values(copied))
    hand.commit()
    kinds = [damage.kind for damage in checked(engine).damages]
    assert kinds == ["content", "link", "head"]


def test_two_rows_that_changed_places(engine: Engine, hand: Connection, tickets: list[int]) -> None:
    second, third = row_of(hand, tickets[0], 2), row_of(hand, tickets[0], 3)
    change(hand, second, seq=99)
    change(hand, third, seq=2)
    change(hand, second, seq=3)
    assert named(checked(engine)) == [
        ("content", tickets[0], 2, third.id),
        ("link", tickets[0], 2, third.id),
        ("content", tickets[0], 3, second.id),
        ("link", tickets[0], 3, second.id),
        ("link", tickets[0], 4, row_of(hand, tickets[0], 4).id),
    ]


def test_an_event_of_no_case_is_sealed_too(engine: Engine, hand: Connection, tickets: list[int]) -> None:
    row = hand.execute(select(TABLE).where(TABLE.c.root_id.is_(None))).one()
    change(hand, row, facts="[]")
    result = checked(engine)
    assert named(result) == [("content", None, None, row.id)]
    assert "event of no case" in str(result.damages[0])


def test_a_row_without_its_number(engine: Engine, hand: Connection, tickets: list[int]) -> None:
    row = row_of(hand, tickets[0], 3)
    change(hand, row, seq=None)
    kinds = {(kind, row_id) for kind, root, _, row_id in named(checked(engine)) if root == tickets[0]}
    assert ("content", row.id) in kinds
    assert ("gap", row_of(hand, tickets[0], 4).id) in kinds


@pytest.mark.parametrize(
    "assignment",
    [
        "at = 'yesterday'",
        "at = 5",
        "facts = CAST(x'5bff5d' AS TEXT)",
        "facts = x'00'",
        "actor_name = CAST(x'ff' AS TEXT)",
        "hash = 'text'",
        "previous_hash = 'text'",
        "seq = 'four'",
        "actor_id = 'me'",
        "actor_id = 1.5",
    ],
)
def test_sqlite_keeps_anything_and_the_walk_goes_on(sqlite_engine: Engine, clock: ManualClock, assignment: str) -> None:
    """Bytes changed in the file itself may be no time, no UTF-8, no number: the row is named, the others are read."""
    deploy(sqlite_engine, ONE_STEP)
    ticket = open_ticket(sqlite_engine, "one_step").instance_id
    for _ in range(3):
        sqlite_engine.run(add_comment, actor("clerk1"), ticket, "x")
    with closing(sqlite3.connect(sqlite_engine.database.url.database or "")) as hand:
        for (name,) in hand.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            hand.execute(f'DROP TRIGGER "{name}"')
        row_id = hand.execute("SELECT id FROM history_event WHERE root_id = ? AND seq = 3", [ticket]).fetchone()[0]
        hand.execute(f"UPDATE history_event SET {assignment} WHERE id = ?", [row_id])  # noqa: S608
        hand.commit()
    result = checked(sqlite_engine)
    assert result.rows == 5
    assert ("content", row_id) in {(damage.kind, damage.row_id) for damage in result.damages}
    assert {damage.root_id for damage in result.damages} == {ticket}


def test_commands_during_the_walk_are_no_damage(engine: Engine, tickets: list[int], database: Database) -> None:
    """The heads are read first: what a command writes after that is behind the head that was read."""

    with engine.read() as connection:
        original, calls = connection.execute, []

        def execute(*args: Any, **kwargs: Any) -> Any:
            calls.append(1)
            if len(calls) == 2:
                connection.rollback()
                engine.run(add_comment, actor("clerk1"), tickets[0], "meanwhile")
            return original(*args, **kwargs)

        connection.execute = execute  # type: ignore[method-assign]
        assert verify(connection, KEY) == Verification(rows=17, cases=3, damages=())


def test_ended_cases_stay_sound(engine: Engine, tickets: list[int]) -> None:
    engine.run(cancel_instance, actor("chief"), tickets[0], "x")
    engine.run(add_comment, actor("clerk1"), tickets[0], "x")
    assert checked(engine).damages == ()


def test_canonical_text_is_the_same_for_the_same_facts() -> None:
    assert canonical([{"b": 1, "a": "é"}]) == canonical([{"a": "é", "b": 1}]) == '[{"a":"é","b":1}]'


def test_the_seal_covers_every_column(clock: ManualClock) -> None:
    row: dict[str, Any] = {
        "organisation_id": 1,
        "root_id": 2,
        "seq": 3,
        "at": T0,
        "actor_id": 4,
        "actor_name": "x",
        "command": "y",
        "facts": "[]",
        "previous_hash": None,
    }
    assert set(row) == {column.name for column in TABLE.columns} - {"id", "hash"}
    seals = {seal(KEY, row), seal(b"k", row)}
    others = {"at": T0 + timedelta(microseconds=1), "previous_hash": b"x", "facts": "[ ]"}
    for name, value in row.items():
        other = others.get(name, f"{value}0" if isinstance(value, str) else 99)
        seals.add(seal(KEY, {**row, name: other}))
    assert len(seals) == len(row) + 2
    assert {len(found) for found in seals} == {32}


def test_damage_is_plain_data() -> None:
    assert str(Damage("gap", 1, 2, 3, T0)) == "gap: history_event 3 (case 1 seq 2, 2026-11-20 02:00:00+00:00)"


def test_twenty_thousand_rows(engine: Engine, tickets: list[int]) -> None:
    """The aim is a million in 15 s: 0.3 s here; five-fold slack, in CPU time."""
    facts = canonical([{"type": "commented", "text": "x" * 200}])

    def write(uow: UnitOfWork) -> None:
        rows = []
        for ticket in tickets:
            uow.lock(ticket)
            head = uow.heads[ticket]
            for _ in range(NUMBER // 3):
                head.seq += 1
                row = {
                    "organisation_id": head.organisation_id,
                    "root_id": ticket,
                    "seq": head.seq,
                    "at": uow.now,
                    "actor_id": uow.actor.id,
                    "actor_name": uow.actor.name,
                    "command": uow.command,
                    "facts": facts,
                    "previous_hash": head.hash,
                }
                head.hash = seal(KEY, row)
                rows.append({**row, "hash": head.hash})
            values = {"history_seq": head.seq, "history_head": head.hash}
            uow.connection.execute(update(ProcessInstance).where(ProcessInstance.id == ticket).values(values))
        uow.connection.execute(insert(HistoryEvent), rows)

    engine.run(write, ENGINE)
    began = time.process_time()
    result = checked(engine)
    used = time.process_time() - began
    assert result == Verification(rows=NUMBER + 16, cases=3, damages=())
    assert used < 1.5
