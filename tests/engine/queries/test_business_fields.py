"""Lists by business fields: typed, in the same order on both databases, within what one may see, and by an index."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event, insert, select, text

from engine.authorization import ENGINE
from engine.business_fields import MAX_INDEXES, declare_fields, field_value, index_name
from engine.engine import Engine
from engine.errors import Invalid
from engine.models import ProcessInstance
from engine.queries.field_filter import AmbiguousField, TooManyFilters, UnknownField
from engine.queries.instance_list import instance_list
from engine.queries.paging import encode
from engine.queries.task_list import task_list
from engine.unit_of_work import UnitOfWork
from tests.engine.definition.drawings import drawing, end, start, user
from tests.engine.drawings import SHARED
from tests.factories import CLIENT, OTHER_CLIENT, actor, deploy, open_ticket


def fielded(key: str, fields: str) -> bytes:
    nodes = [start("s"), user("a", candidateGroups="desk"), end("e")]
    return drawing(key, nodes, ["s -> a -> e"], properties={"fields": fields})


CASES: tuple[dict[str, Any], ...] = (
    {"level": 2, "place": "b", "urgent": True},
    {"level": 10, "place": "B", "urgent": False},
    {"level": -1.5, "place": "点位"},
    {"level": 2.0, "place": "a'b"},
    {},
    {"level": "10", "place": 7, "urgent": "true"},  # not of the declared types: as if they had no value
    {"level": 0, "place": "é", "urgent": True},
)


@pytest.fixture
def cases(engine: Engine) -> list[int]:
    deploy(engine, fielded("fielded", "level:number, place, urgent:boolean"))
    return [open_ticket(engine, "fielded", data).instance_id for data in CASES]


def listed(engine: Engine, who: str = "clerk1", **arguments: Any) -> list[int]:
    with engine.read() as connection:
        return [item.id for item in instance_list(connection, actor(who), **arguments).items]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"level": "2"}, [3, 0]),
        ({"level": "2.00"}, [3, 0]),
        ({"level": "1e1"}, [1]),
        ({"level": "-1.5"}, [2]),
        ({"level": "0"}, [6]),
        ({"place": "b"}, [0]),
        ({"place": "点位"}, [2]),
        ({"place": "a'b"}, [3]),
        ({"place": "7"}, []),
        ({"urgent": "true"}, [6, 0]),
        ({"urgent": "false"}, [1]),
        ({"urgent": "true", "level": "2"}, [0]),
        ({"urgent": "true", "level": "10"}, []),
    ],
)
def test_equal_values_of_the_declared_type(
    engine: Engine, cases: list[int], fields: dict[str, str], expected: list[int]
) -> None:
    assert listed(engine, fields=fields) == [cases[number] for number in expected]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("field.level", [4, 5, 2, 6, 0, 3, 1]),
        ("-field.level", [1, 3, 0, 6, 2, 5, 4]),
        ("field.place", [4, 5, 1, 3, 0, 6, 2]),  # by bytes: B, a'b, b, é, 点位
        ("field.urgent", [2, 3, 4, 5, 1, 0, 6]),
    ],
)
@pytest.mark.parametrize("limit", [1, 3, 7])
def test_sorted_pages_show_each_case_once(
    engine: Engine, cases: list[int], sort: str, expected: list[int], limit: int
) -> None:
    found, after = list[int](), None
    with engine.read() as connection:
        while True:
            page = instance_list(connection, actor("clerk1"), sort=sort, after=after, limit=limit)
            found += [item.id for item in page.items]
            after = page.next
            if after is None:
                break
    assert found == [cases[number] for number in expected]


def test_the_task_list_by_the_fields_of_the_ticket(engine: Engine, cases: list[int]) -> None:
    with engine.read() as connection:
        found = task_list(connection, actor("clerk1"), "candidate", fields={"urgent": "true"}, sort="-field.level")
        assert [item.root_id for item in found.items] == [cases[0], cases[6]]
        pages, after = list[int](), None
        while True:
            page = task_list(connection, actor("clerk1"), "candidate", sort="field.level", after=after, limit=2)
            pages += [item.root_id for item in page.items]
            after = page.next
            if after is None:
                break
    assert sorted(pages[:2]) == sorted([cases[4], cases[5]])
    assert pages[2:4] == [cases[2], cases[6]]
    assert sorted(pages[4:6]) == [cases[0], cases[3]]
    assert pages[6:] == [cases[1]]


@pytest.mark.parametrize(
    "fields",
    [
        *({"level": value} for value in ("two", "nan", "inf", "")),
        *({"place": value} for value in ("", "a\0b")),
        {"urgent": "yes"},
    ],
)
def test_a_value_of_another_type_is_refused_by_its_field(
    engine: Engine, cases: list[int], fields: dict[str, str]
) -> None:
    with pytest.raises(Invalid) as refused:
        listed(engine, fields=fields)
    assert list(refused.value.fields) == [f"field.{name}" for name in fields]


def test_what_nobody_declares_is_refused(engine: Engine, cases: list[int]) -> None:
    for name in ("note", "fields", "level'", "x') OR 1=1 --", "", "l" * 5_000):
        with pytest.raises(UnknownField):
            listed(engine, fields={name: "1"})
        with pytest.raises(UnknownField):
            listed(engine, sort=f"field.{name}")
    with pytest.raises(UnknownField):
        listed(engine, fields={"level": "1"}, key="another")
    with pytest.raises(TooManyFilters):
        listed(engine, fields={f"f{number}": "1" for number in range(11)})
    for sort in ("level", "id", "-", "--field.level"):
        with pytest.raises(Invalid):
            listed(engine, sort=sort)


@pytest.mark.parametrize(
    "after", ["x", encode(5), encode("level", None, -1), encode("place", "b", 5), encode("level", "b", 5)]
)
def test_a_cursor_of_another_list_is_refused(engine: Engine, cases: list[int], after: str) -> None:
    with pytest.raises(Invalid):
        listed(engine, sort="field.level", after=after)


def test_fields_of_other_clients_are_unknown(engine: Engine) -> None:
    deploy(engine, fielded("theirs", "secret"), OTHER_CLIENT)
    with pytest.raises(UnknownField):
        listed(engine, fields={"secret": "x"})
    assert listed(engine, "stranger", fields={"secret": "x"}) == []
    with pytest.raises(UnknownField):
        listed(engine, "fitter", fields={"secret": "x"})


def test_a_participant_filters_by_the_clients_fields(engine: Engine) -> None:
    deploy(engine, SHARED)
    deploy(engine, fielded("fielded", "level:number"))
    open_ticket(engine, "fielded", {"level": 1})
    with pytest.raises(UnknownField):
        listed(engine, "fitter", fields={"level": "1"})
    open_ticket(engine, "shared")
    assert listed(engine, "fitter", fields={"level": "1"}) == []


def test_one_name_of_two_types(engine: Engine) -> None:
    deploy(engine, fielded("first", "size:number"))
    deploy(engine, fielded("second", "size"))
    one = open_ticket(engine, "first", {"size": 3}).instance_id
    two = open_ticket(engine, "second", {"size": "3"}).instance_id
    assert listed(engine, fields={"size": "3"}) == [two, one]
    assert listed(engine, fields={"size": "large"}) == []
    with pytest.raises(AmbiguousField):
        listed(engine, sort="field.size")
    assert listed(engine, sort="field.size", key="first") == [one]


def test_a_name_that_may_not_stand_in_sql_never_gets_there() -> None:
    for name in ("a'b", "a b", "", "x" * 61, "a-b", "a.b"):
        with pytest.raises(ValueError, match="SQL"):
            field_value("sqlite", name, "text")


def test_there_are_only_so_many_indexes(engine: Engine) -> None:
    def declare(uow: UnitOfWork) -> set[str]:
        declare_fields(uow.connection, CLIENT, "many", {f"field{number}": "text" for number in range(MAX_INDEXES + 5)})
        return indexes(uow.connection)

    def indexes(connection: Any) -> set[str]:
        sql = {
            "sqlite": "SELECT name FROM sqlite_master WHERE type = 'index' AND name LIKE 'ix_field_%'",
            "postgresql": "SELECT indexname FROM pg_indexes WHERE indexname LIKE 'ix_field_%'",
        }
        return set(connection.scalars(text(sql[connection.dialect.name])))

    def tidy(uow: UnitOfWork) -> None:
        for name in indexes(uow.connection):
            uow.connection.exec_driver_sql(f"DROP INDEX {name}")

    engine.run(tidy, ENGINE)
    try:
        assert len(engine.run(declare, ENGINE)) == MAX_INDEXES
    finally:
        engine.run(tidy, ENGINE)


def test_lists_of_20_000_cases_use_the_index(engine: Engine) -> None:
    """Filtering and sorting, forward and back, on both databases."""
    deploy(engine, fielded("fielded", "level:number, place"))
    first = open_ticket(engine, "fielded", {"level": 1, "place": "x"}).instance_id

    def fill(uow: UnitOfWork) -> None:
        table = ProcessInstance.__table__
        row = uow.connection.execute(select(table).where(table.c.id == first)).mappings().one()
        rows = [
            {**row, "id": id_, "root_id": id_, "business_key": f"N{id_}", "history_head": None}
            | {"fields": {"level": id_ % 5_000, "place": f"place{id_ % 7_000}"}}
            for id_ in range(first + 1, first + 20_001)
        ]
        uow.connection.execute(insert(ProcessInstance), rows)

    engine.run(fill, ENGINE)
    with engine.read() as connection:
        if not engine.database.is_sqlite:
            connection.exec_driver_sql("ANALYZE process_instance")
        for arguments, index in (
            ({"fields": {"level": "17"}}, index_name("level", "number")),
            ({"fields": {"place": "place17"}}, index_name("place", "text")),
            ({"sort": "field.level"}, index_name("level", "number")),
            ({"sort": "-field.place"}, index_name("place", "text")),
            ({"sort": "field.level", "after": encode("level", 17.0, first + 17)}, index_name("level", "number")),
        ):
            assert index in plan(connection, **arguments), (arguments, plan(connection, **arguments))
    assert len(listed(engine, fields={"level": "17"})) == 4


def plan(connection: Any, **arguments: Any) -> str:
    """How the database would answer the list's own statement."""
    sent: list[tuple[str, Any]] = []

    def note(conn: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        sent.append((statement, parameters))

    event.listen(connection.engine, "before_cursor_execute", note)
    try:
        instance_list(connection, actor("clerk1"), **arguments)
    finally:
        event.remove(connection.engine, "before_cursor_execute", note)
    statement, parameters = sent[-1]
    explain = "EXPLAIN QUERY PLAN " if connection.dialect.name == "sqlite" else "EXPLAIN "
    return "\n".join(str(row) for row in connection.exec_driver_sql(explain + statement, parameters))
