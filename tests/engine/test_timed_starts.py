"""Cases that begin by the time: once a due time, missed ones as one, failed ones skipped and told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from sqlalchemy import select

from engine.authorization import ENGINE
from engine.case import NoPlainStart
from engine.clock import ManualClock
from engine.commands.start_due_case import start_due_case
from engine.commands.start_instance import start_instance
from engine.database import Database
from engine.engine import Engine
from engine.errors import Invalid
from engine.expressions.registry import Function
from engine.extensions import CaseKind
from engine.models import HistoryEvent, ProcessInstance
from engine.worker import drain, live_until, next_due
from tests.conftest import T0
from tests.engine.definition.drawings import drawing, end, start, user
from tests.engine.events import all_tasks, cases, start_triggers, timed_start
from tests.factories import CLIENT, actor, deploy, fetch, new_engine, open_city, told


def timed(text: str, kind: str = "timeCycle", key: str = "timed", **settings: Any) -> bytes:
    nodes = [timed_start("t", text, kind), user("a", candidateGroups="desk"), end("e")]
    return drawing(key, nodes, ["t -> a -> e"], **settings)


def started(engine: Engine) -> list[datetime]:
    return [row.started_at for row in fetch(engine, select(ProcessInstance.started_at).order_by(ProcessInstance.id))]


def loose(engine: Engine, type: str) -> list[dict[str, Any]]:
    rows = fetch(engine, select(HistoryEvent.facts).where(HistoryEvent.root_id.is_(None)).order_by(HistoryEvent.id))
    return [fact for row in rows for fact in orjson.loads(row.facts) if fact["type"] == type]


def hours(*numbers: float) -> list[datetime]:
    return [T0 + timedelta(hours=number) for number in numbers]


def test_a_cycle_starts_a_case_each_round(engine: Engine, clock: ManualClock) -> None:
    deploy(engine, timed("R/PT1H"))
    assert (drain(engine), next_due(engine)) == (0, hours(1)[0])
    live_until(engine, clock, T0 + timedelta(hours=3))
    assert started(engine) == hours(1, 2, 3)
    (ticket, *_) = [row.id for row in fetch(engine, select(ProcessInstance.id).order_by(ProcessInstance.id))]
    (row,) = cases(engine, ticket)
    assert (row.business_key, row.started_by) == ("WF-20261120-00001".replace("00001", f"{ticket:05d}"), None)
    item = told(engine, ticket)[0]
    assert (item.command, item.actor, item.facts[0]["at"]) == ("start_due_case", "engine", "t")
    assert list(all_tasks(engine, ticket)) == ["a"]


def test_a_counted_cycle_ends(engine: Engine, clock: ManualClock) -> None:
    deploy(engine, timed("R2/PT1H"))
    live_until(engine, clock, T0 + timedelta(hours=9))
    assert started(engine) == hours(1, 2)
    assert start_triggers(engine)[0].due_at is None


def test_times_missed_while_the_server_was_down_are_one_start(engine: Engine, clock: ManualClock) -> None:
    deploy(engine, timed("R/PT1H"))
    clock.move_to(T0 + timedelta(hours=5, minutes=30))
    assert drain(engine) == 1
    assert started(engine) == [clock.now()]
    assert next_due(engine) == hours(6)[0]


@pytest.mark.parametrize(("text", "kind"), [("PT2H", "timeDuration"), ("2026-11-20T12:00", "timeDate")])
def test_a_duration_or_date_starts_one_case(engine: Engine, clock: ManualClock, text: str, kind: str) -> None:
    deploy(engine, timed(text, kind))
    live_until(engine, clock, T0 + timedelta(days=3))
    assert started(engine) == hours(2)


@pytest.mark.parametrize(
    ("text", "kind", "due"),
    [
        ("2026-11-01T08:00", "timeDate", None),
        ("R/2026-11-01T08:00:00+08:00/P1D", "timeCycle", datetime(2026, 11, 21, 0, 0, tzinfo=UTC)),
        ("R/2026-11-20T10:00:00+08:00/P1D", "timeCycle", T0),
    ],
)
def test_a_time_that_had_passed_at_the_publication_is_not_made_up_for(
    engine: Engine, text: str, kind: str, due: datetime | None
) -> None:
    deploy(engine, timed(text, kind))
    assert start_triggers(engine)[0].due_at == due


def test_a_new_version_takes_the_place_of_the_old_ones_times(engine: Engine, clock: ManualClock) -> None:
    deploy(engine, timed("R/PT1H"))
    (first,) = start_triggers(engine)
    clock.move_to(T0 + timedelta(minutes=30))
    deploy(engine, timed("R/PT2H"))
    (second,) = start_triggers(engine)
    assert first.definition_id != second.definition_id
    assert second.due_at == clock.now() + timedelta(hours=2)
    deploy(engine, timed("R/PT2H"))  # the same bytes are no new version
    assert start_triggers(engine) == [second]
    plain = drawing("timed", [start("s"), user("a", candidateGroups="desk"), end("e")], ["s -> a -> e"])
    deploy(engine, plain)
    assert start_triggers(engine) == []


def test_a_process_that_begins_by_the_time_alone_is_not_started_by_hand(engine: Engine) -> None:
    deploy(engine, timed("R/PT1H"))
    with pytest.raises(NoPlainStart):
        engine.run(start_instance, actor("clerk1"), CLIENT, "timed", {})


def kind_that_refuses(database: Database, clock: ManualClock) -> Engine:
    def refuse(*_: Any) -> dict[str, Any]:
        raise Invalid({"point": [{"code": "required", "zh": "请填写", "en": "fill in"}]})

    engine = new_engine(database, clock)
    engine.extensions.add_case_kind(CaseKind("refusing", refuse))
    open_city(engine)
    return engine


def test_a_start_that_fails_is_skipped_and_told_and_holds_nothing_up(database: Database, clock: ManualClock) -> None:
    engine = kind_that_refuses(database, clock)
    deploy(engine, timed("R/PT1H", key="bad", properties={"case.kind": "refusing"}))
    deploy(engine, timed("R/PT1H", key="good"))
    live_until(engine, clock, T0 + timedelta(hours=2))
    assert started(engine) == hours(1, 2)
    failed = loose(engine, "start_failed")
    assert [(fact["process"], fact["element"], fact["code"]) for fact in failed] == [("bad", "t", "invalid")] * 2
    assert [fact["due"] for fact in failed] == [one.isoformat() for one in hours(1, 2)]
    assert failed[0]["next"] == hours(2)[0].isoformat()
    assert next_due(engine) == hours(3)[0]


def test_a_start_whose_time_can_no_longer_be_told_is_given_up_and_holds_nothing_up(
    database: Database, clock: ManualClock
) -> None:
    answers = ["R/PT1H"]
    ask = Function("test.cycle", lambda: answers[0], zh="周期", en="cycle")
    engine = new_engine(database, clock, functions=(ask,))
    open_city(engine)
    deploy(engine, timed("${test.cycle()}", key="lost"))
    deploy(engine, timed("R/PT1H", key="good"))
    answers[0] = "nonsense"
    live_until(engine, clock, T0 + timedelta(hours=2))
    assert started(engine) == hours(1, 2)
    (failed,) = loose(engine, "start_failed")
    assert (failed["process"], failed["next"]) == ("lost", None)
    assert [row.due_at for row in start_triggers(engine)] == [None, hours(3)[0]]


def test_only_one_of_two_looks_starts_the_case(engine: Engine, clock: ManualClock) -> None:
    deploy(engine, timed("R/PT1H"))
    clock.move_to(T0 + timedelta(hours=1))
    assert engine.run(start_due_case, ENGINE) is not None
    assert engine.run(start_due_case, ENGINE) is None
    assert len(started(engine)) == 1
