"""Engine.run: one transaction a command, run again on conflicts only, and nothing left of what failed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from engine.authorization import ENGINE, Actor, require
from engine.engine import ATTEMPTS, Engine
from engine.errors import Conflict, Forbidden, NotFound
from engine.models import HistoryEvent, Organisation
from engine.spiff.errors import TaskNotReady
from engine.unit_of_work import RunAgain, UnitOfWork
from tests.engine.drawings import ONE_STEP
from tests.factories import CLIENT, actor, deploy, everything, fetch, open_ticket


class Busy(Exception):
    """What a driver raises, with PostgreSQL's state."""

    def __init__(self, sqlstate: str) -> None:
        self.sqlstate = sqlstate


def transient() -> Exception:
    return OperationalError("SELECT 1", {}, Busy("40P01"))


def failing(times: int, error: Callable[[], Exception]) -> tuple[Callable[[UnitOfWork], str], list[int]]:
    """A command that writes, fails so many times after that, and then passes; and the tries it was given."""
    tries: list[int] = []

    def rename(uow: UnitOfWork) -> str:
        tries.append(len(tries) + 1)
        uow.connection.execute(insert(Organisation).values(key=f"new{tries[-1]}", name="x", kind="client"))
        uow.loose_fact("renamed", number=tries[-1])
        if tries[-1] <= times:
            raise error()
        return f"try {tries[-1]}"

    return rename, tries


@pytest.mark.parametrize("error", [RunAgain, TaskNotReady, transient])
def test_a_conflict_is_run_again_and_only_the_last_try_stays(engine: Engine, error: Callable[[], Exception]) -> None:
    command, tries = failing(ATTEMPTS - 1, error)
    assert engine.run(command, ENGINE) == "try 5"
    assert tries == [1, 2, 3, 4, 5]
    keys = [row.key for row in fetch(engine, select(Organisation.key).where(Organisation.key.like("new%")))]
    assert keys == ["new5"]
    events = fetch(engine, select(HistoryEvent.command, HistoryEvent.facts))
    assert [tuple(row) for row in events] == [("rename", '[{"number":5,"type":"renamed"}]')]


@pytest.mark.parametrize("error", [RunAgain, TaskNotReady, transient])
def test_after_five_tries_it_is_a_conflict(engine: Engine, error: Callable[[], Exception]) -> None:
    command, tries = failing(99, error)
    before = everything(engine)
    with pytest.raises(Conflict):
        engine.run(command, ENGINE)
    assert len(tries) == ATTEMPTS == 5
    assert everything(engine) == before


@pytest.mark.parametrize(
    "error",
    [
        NotFound,
        ValueError,
        lambda: IntegrityError("INSERT", {}, Busy("23503")),
        lambda: OperationalError("SELECT", {}, Busy("57P01")),
        lambda: OperationalError("SELECT", {}, Exception("disk I/O error")),
    ],
)
def test_anything_else_is_raised_at_once(engine: Engine, error: Callable[[], Exception]) -> None:
    command, tries = failing(99, error)
    before = everything(engine)
    with pytest.raises(type(error())):
        engine.run(command, ENGINE)
    assert tries == [1]
    assert everything(engine) == before


def test_what_fails_while_it_is_saved_leaves_nothing(engine: Engine) -> None:
    """The facts cannot be written: the rows written before them go too."""

    def unwritable(uow: UnitOfWork) -> None:
        uow.connection.execute(update(Organisation).values(name="x"))
        uow.loose_fact("strange", value=object())

    before = everything(engine)
    with pytest.raises(TypeError):
        engine.run(unwritable, ENGINE)
    assert everything(engine) == before


def test_a_failed_command_leaves_the_connection_usable(engine: Engine) -> None:
    def broken(uow: UnitOfWork) -> None:
        uow.connection.execute(text("SELECT nonsense FROM nowhere"))

    for _ in range(30):
        with pytest.raises(DBAPIError):
            engine.run(broken, ENGINE)
    assert deploy(engine, ONE_STEP).is_new


def test_arguments_and_answers_pass_through(engine: Engine) -> None:
    def add(uow: UnitOfWork, left: int, *, right: int) -> tuple[str, int]:
        return uow.command, left + right

    assert engine.run(add, actor("clerk1"), 2, right=3) == ("add", 5)


def test_a_command_has_one_time_stamp(engine: Engine) -> None:
    def twice(uow: UnitOfWork) -> bool:
        return uow.now is uow.now

    assert engine.run(twice, ENGINE)


def test_roots_are_locked_in_ascending_order(engine: Engine) -> None:
    deploy(engine, ONE_STEP)
    first, second = (open_ticket(engine, "one_step").instance_id for _ in range(2))

    def lock(uow: UnitOfWork, *roots: int) -> list[int]:
        for root in roots:
            uow.lock(root)
        return sorted(uow.heads)

    assert engine.run(lock, ENGINE, first, second, first) == [first, second]
    with pytest.raises(AssertionError):
        engine.run(lock, ENGINE, second, first)
    with pytest.raises(NotFound):
        engine.run(lock, ENGINE, 999)


def test_history_of_two_cases_in_one_command(engine: Engine) -> None:
    deploy(engine, ONE_STEP)
    roots = [open_ticket(engine, "one_step").instance_id for _ in range(2)]

    def note(uow: UnitOfWork) -> None:
        for root in roots:
            uow.lock(root)
            uow.fact(root, "noted", root=root)

    engine.run(note, actor("clerk1"))
    rows = fetch(engine, select(HistoryEvent.root_id, HistoryEvent.seq).where(HistoryEvent.command == "note"))
    assert sorted(tuple(row) for row in rows) == [(root, 2) for root in roots]


def test_permissions() -> None:
    person = Actor(1, "x", CLIENT, permissions=frozenset({"case.read"}))
    require(person, "case.read")
    require(ENGINE, "anything")
    with pytest.raises(Forbidden, match=r"case\.start"):
        require(person, "case.start")
    impostor = Actor(None, "engine", None, permissions=frozenset({"*"}))
    with pytest.raises(Forbidden):
        require(impostor, "case.start")
