"""Statements compiled once: the same rows as by SQLAlchemy, lists of any length, errors told as ever."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import bindparam, insert, literal, literal_column, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from engine.clock import ManualClock
from engine.database import Database, is_outage
from engine.models import ProcessInstance, Role, User
from engine.statements import Statement
from engine.writes import insert_of
from tests.engine.drawings import ONE_STEP
from tests.factories import deploy, new_engine, open_city, open_ticket

_user, _instance = User.__table__, ProcessInstance.__table__
NAMED = Statement(
    select(_user.c.username, _user.c.created_at)
    .where(_user.c.username.in_(bindparam("names", expanding=True)), _user.c.active, literal(1) == bindparam("one"))
    .order_by(_user.c.username)
)


@pytest.fixture
def city(database: Database) -> Database:
    engine = new_engine(database, ManualClock(datetime(2026, 3, 4, 2, tzinfo=UTC)))
    open_city(engine)
    deploy(engine, ONE_STEP)
    open_ticket(engine, "one_step")
    return database


@pytest.mark.parametrize("names", [[], ["clerk1"], ["clerk1", "clerk2", "nobody"], ["clerk2", "clerk1"]])
def test_a_list_may_have_any_length(city: Database, names: list[str]) -> None:
    with city.read() as connection:
        for _ in range(2):  # compiled, and again
            rows = NAMED.all(connection, {"names": names, "one": 1, "unknown": "does no harm"})
            assert [row.username for row in rows] == sorted({"clerk1", "clerk2"} & set(names))


def test_rows_are_those_of_sqlalchemy(city: Database) -> None:
    statement = select(
        _instance.c.id, _instance.c.state, _instance.c.fields, _instance.c.started_at, _instance.c.execution
    )
    with city.read() as connection:
        theirs = tuple(connection.execute(statement).one())
        ours: Any = Statement(statement).one(connection)
    assert tuple(ours) == theirs
    assert ours.fields == {}
    assert ours.started_at.tzinfo is UTC
    assert (ours._asdict()["state"], type(ours.execution)) == ("active", bytes)


def test_a_value_passes_through_its_type(city: Database) -> None:
    early = Statement(
        select(_instance.c.id).where(_instance.c.started_at < bindparam("at", type_=_instance.c.started_at.type))
    )
    with city.read() as connection:
        started = connection.scalar(select(_instance.c.started_at))
        assert started is not None
        peking = timezone(timedelta(hours=8))
        later = (started + timedelta(milliseconds=1)).astimezone(peking)
        assert len(early.all(connection, {"at": later})) == 1
        assert early.all(connection, {"at": started.astimezone(peking)}) == []
        with pytest.raises(ValueError, match="naive"):
            early.all(connection, {"at": datetime(2026, 1, 1)})  # noqa: DTZ001


def test_one_row_or_none_and_never_two(city: Database) -> None:
    every = Statement(select(_user.c.id))
    with city.read() as connection:
        with pytest.raises(ValueError, match="too many values"):
            every.one(connection)
        with pytest.raises(ValueError, match="too many values"):
            every.one_or_none(connection)
        assert NAMED.one_or_none(connection, {"names": ["nobody"], "one": 1}) is None
        with pytest.raises(ValueError, match="not enough values"):
            NAMED.one(connection, {"names": ["nobody"], "one": 1})


def test_an_insert_answers(city: Database) -> None:
    columns = ("name", "description", "permissions")
    added = Statement(insert(Role).returning(Role.id, Role.permissions), *columns)
    with city.write() as connection:
        row = added.one(connection, {"name": "x", "description": "X", "permissions": ["case.read"]})
        assert row.permissions == ["case.read"]
        assert connection.scalar(select(Role.name).where(Role.id == row.id)) == "x"


def test_an_error_is_the_one_of_sqlalchemy_and_tells_no_values(city: Database) -> None:
    columns = ("name", "description", "permissions")
    row = {"name": "x", "description": "a secret", "permissions": []}
    added = Statement(insert(Role).returning(Role.id), *columns)
    with city.write() as connection:
        added.one(connection, row)
        with pytest.raises(IntegrityError) as refused:
            added.one(connection, row)
        if not city.is_sqlite:  # SQLAlchemy's own on SQLite: api and worker hide what it says
            assert "a secret" not in str(refused.value)
    absent = Statement(select(text("missing")).select_from(_user))
    with city.write() as connection, pytest.raises(DBAPIError, match="missing"):
        absent.all(connection)


def test_the_items_of_a_list_pass_through_its_type(city: Database) -> None:
    column = _instance.c.started_at
    at = Statement(select(_instance.c.id).where(column.in_(bindparam("times", expanding=True))))
    with city.read() as connection:
        started = connection.scalar(select(column))
        assert started is not None
        peking = started.astimezone(timezone(timedelta(hours=8)))
        assert len(at.all(connection, {"times": [peking, peking + timedelta(hours=1)]})) == 1


def test_percent_signs_are_no_places(city: Database) -> None:
    shares: Any = (literal_column("'5%'"), literal("%s of 7%", literal_execute=True), bindparam("given", "%(x)s"))
    like = _user.c.username.like("%a%").label("like")
    statement = Statement(select(*[one.label(f"n{at}") for at, one in enumerate(shares)], like).where(_user.c.id > 0))
    with city.read() as connection:
        for row in statement.all(connection, {"given": "9%%"}):
            assert row[:3] == ("5%", "%s of 7%", "9%%")


@pytest.mark.parametrize("way", ["read", "write"])
def test_lost_connections_cost_one_answer(city: Database, way: str) -> None:
    if city.is_sqlite:
        return  # a file is not lost
    opened, every = getattr(city, way), Statement(select(_user.c.username))
    with opened() as one, opened() as other:  # both go back to the pool
        pids = [one.scalar(text("SELECT pg_backend_pid()")), other.scalar(text("SELECT pg_backend_pid()"))]
    administration = Database(city.url.render_as_string(hide_password=False))
    with administration.read() as administrator:
        for pid in pids:
            administrator.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
    administration.dispose()
    with opened() as connection, pytest.raises(DBAPIError) as lost:
        every.all(connection)
    assert is_outage(lost.value)
    for _ in range(3):
        with opened() as one, opened() as other:
            assert len(every.all(one)) == len(every.all(other)) > 2


def test_a_column_with_a_default_must_be_given() -> None:
    dialect = Database("sqlite://").engine.dialect
    with pytest.raises(ValueError, match="default"), Database("sqlite://").read() as connection:
        Statement(insert(User).returning(User.id), "username").all(connection, {"username": "x"})
    with pytest.raises(ValueError, match="default"):
        insert_of(User.__table__, "username").sent(dialect, [{"username": "x"}])
