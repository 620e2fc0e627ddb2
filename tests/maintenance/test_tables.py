"""The domain's tables: what the database itself refuses."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any, get_args

import pytest
from sqlalchemy import Connection, Table, create_engine, insert, make_url, text
from sqlalchemy.exc import IntegrityError

import maintenance.models as tables
from engine.models.base import Base
from maintenance.clocks.events import KINDS
from maintenance.clocks.fold import State
from maintenance.clocks.thresholds import Level

NOW = datetime(2026, 5, 6, 2, tzinfo=UTC)
DRIVERS = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg"}
OWN = [getattr(tables, name).__table__ for name in tables.__all__]


@pytest.fixture(params=DRIVERS)
def connection(request: pytest.FixtureRequest) -> Iterator[Connection]:
    """Empty tables without foreign keys: what is tested here are the keys and checks of single tables."""
    url = "sqlite://" if request.param == "sqlite" else os.environ["TEST_DATABASE_URL"]
    plain = create_engine(make_url(url).set(drivername=DRIVERS[request.param]))
    with plain.connect() as opened:
        if request.param == "postgresql":  # a schema of its own, gone with the transaction
            opened.execute(text("CREATE SCHEMA tables_test"))
            opened.execute(text("SET LOCAL search_path = tables_test"))
            opened.execute(text("SET LOCAL session_replication_role = replica"))
        Base.metadata.create_all(opened)
        yield opened
        opened.rollback()
    plain.dispose()


def clock(**changes: Any) -> dict[str, Any]:
    row = {"root_id": 1, "organisation_id": 1, "key": "respond", "name": "响应", "phase": "handle", "terms": {}}
    return {**row, "state": "running", "started_at": NOW, **changes}


def light(**changes: Any) -> dict[str, Any]:
    row = {"clock_id": 1, "threshold": "warn", "organisation_id": 1, "level": "yellow", "step": 0}
    return {**row, "at": NOW, "recorded_at": NOW, **changes}


def fact(**changes: Any) -> dict[str, Any]:
    row = {"clock_id": 1, "organisation_id": 1, "seq": 1, "kind": "started", "at": NOW, "recorded_at": NOW}
    return {**row, "data": {}, **changes}


def contract(**changes: Any) -> dict[str, Any]:
    row = {
        "organisation_id": 1,
        "contractor_id": 2,
        "number": "HT-1",
        "name": "合同",
        "pack_key": "FC",
        "overrides": {},
    }
    return {**row, "starts_on": date(2025, 6, 1), "ends_on": date(2028, 5, 31), **changes}


def pack(**changes: Any) -> dict[str, Any]:
    return {
        "key": "FC",
        "version": 1,
        "valid_from": date(2026, 1, 1),
        "content": "",
        "sha256": "0" * 64,
        "published_at": NOW,
        **changes,
    }


def point(**changes: Any) -> dict[str, Any]:
    return {"organisation_id": 1, "code": "P-1", "name": "点位", **changes}


def device(**changes: Any) -> dict[str, Any]:
    return {"organisation_id": 1, "point_id": 1, "serial": "S-1", "kind": "camera", **changes}


@pytest.mark.parametrize(
    ("table", "row", "refused", "accepted"),
    [
        (tables.SlaClock, clock, {}, {"round": 2}),
        (tables.SlaClock, clock, {"key": "x", "state": "late"}, {"key": "x", "state": "void"}),
        (tables.ClockLight, light, {"at": NOW.replace(hour=3)}, {"threshold": "breach"}),
        (tables.ClockLight, light, {"clock_id": 2, "level": "green"}, {"clock_id": 2, "level": "red"}),
        (tables.ClockEventRow, fact, {"kind": "stopped"}, {"seq": 2}),
        (tables.ClockEventRow, fact, {"seq": 3, "kind": "edited"}, {"seq": 3, "kind": "voided"}),
        (tables.Contract, contract, {"name": "另一份"}, {"organisation_id": 3}),
        (tables.Contract, contract, {"number": "2", "ends_on": date(2025, 5, 31)}, {"number": "2"}),
        (tables.PolicyPack, pack, {"content": "x"}, {"version": 2}),
        (tables.Point, point, {"name": "另一处"}, {"organisation_id": 2}),
        (tables.Point, point, {"code": "2", "latitude": 90.1}, {"code": "2", "latitude": 35.85}),
        (tables.Point, point, {"code": "2", "state": "deleted"}, {"code": "2", "state": "retired"}),
        (tables.Device, device, {"point_id": 2}, {"serial": "S-2"}),
    ],
)
def test_the_database_refuses(
    connection: Connection, table: Any, row: Any, refused: dict[str, Any], accepted: dict[str, Any]
) -> None:
    connection.execute(insert(table), row())
    connection.execute(insert(table), row(**accepted))
    with pytest.raises(IntegrityError):
        connection.execute(insert(table), row(**refused))


def test_the_words_of_the_code_are_the_words_of_the_database(connection: Connection) -> None:
    connection.execute(insert(tables.SlaClock), [clock(key=state, state=state) for state in get_args(State)])
    connection.execute(insert(tables.ClockEventRow), [fact(seq=n, kind=kind) for n, kind in enumerate(KINDS)])
    connection.execute(insert(tables.ClockLight), [light(threshold=level, level=level) for level in get_args(Level)])


@pytest.mark.parametrize("table", OWN, ids=lambda table: table.name)
def test_every_table_says_whose_it_is(table: Table) -> None:
    """Published packs are common to all organisations."""
    assert ("organisation_id" in table.c) == (table.name not in ("policy_pack", "pack_table"))
