"""Signals: every event that waited hears them once, some at a time, and what one cannot take is no other's trouble."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from engine.authorization import ENGINE
from engine.clock import ManualClock
from engine.commands.send_signal import send_signal
from engine.engine import Engine
from engine.errors import Forbidden, NotFound
from engine.messages import NobodyWaits
from engine.models import Job, UserTask
from engine.worker import drain, live_until
from tests.conftest import T0
from tests.engine.definition.drawings import drawing, end, start
from tests.engine.events import (
    SENDER,
    all_jobs,
    all_tasks,
    cases,
    catch,
    declared,
    incidents,
    may,
    started_by,
    states,
    subscriptions,
    throw,
    waiting,
)
from tests.factories import CLIENT, OTHER_CLIENT, actor, deploy, fetch, open_ticket

STORM = declared(signal="storm")
HEARS = waiting(
    "hears",
    catch("heard", "signal", "storm", outputs={"level": "${payload.level}"}),
    properties={"fields": "level"},
    extra=STORM,
)


def says(**settings: Any) -> bytes:
    """A process that throws the signal, and is done."""
    thrown = throw("say", "signal", "storm", **settings)
    return drawing("says", [start("s"), thrown, end("e")], ["s -> say -> e"], extra=STORM)


def test_a_signal_from_outside_reaches_all_that_wait_and_starts_what_begins_with_it(engine: Engine) -> None:
    deploy(engine, HEARS)
    tickets = [open_ticket(engine, "hears").instance_id for _ in range(3)]
    deploy(engine, started_by("signal", "storm"))
    sent = engine.run(send_signal, SENDER, CLIENT, "storm", {"level": 3, "who": "气象台"})
    assert (sent.waiting, len(sent.started)) == (3, 1)
    assert drain(engine) == 3
    for ticket in tickets:
        assert list(all_tasks(engine, ticket)) == ["a"]
        assert cases(engine, ticket)[0].fields == {"level": 3}
    with pytest.raises(NotFound):
        engine.run(send_signal, may("foreman", "message.send"), CLIENT, "storm", {})
    with pytest.raises(NobodyWaits):
        engine.run(send_signal, may("stranger", "message.send"), OTHER_CLIENT, "storm", {})
    with pytest.raises(Forbidden):
        engine.run(send_signal, actor("chief"), CLIENT, "storm", {})


def test_a_signal_reaches_who_waited_when_it_was_thrown_and_nobody_later(engine: Engine, clock: ManualClock) -> None:
    deploy(engine, HEARS)
    deploy(engine, says(inputs={"level": "${2}"}))
    before = open_ticket(engine, "hears").instance_id
    open_ticket(engine, "says")
    clock.move_to(T0 + timedelta(seconds=1))
    after = open_ticket(engine, "hears").instance_id
    drain(engine)
    assert (list(all_tasks(engine, before)), list(all_tasks(engine, after))) == (["a"], [])
    assert incidents(engine) == []


def test_a_signal_to_nobody_is_no_fault_of_the_process_that_throws_it(engine: Engine) -> None:
    deploy(engine, says())
    open_ticket(engine, "says")
    assert drain(engine) == 1
    assert (all_jobs(engine), incidents(engine)) == ([], [])


def test_a_poisoned_delivery_among_good_ones(engine: Engine, clock: ManualClock) -> None:
    """One case cannot take what the signal brings; it alone becomes an incident."""
    picky = [start("s"), catch("heard", "signal", "storm", outputs={"half": "${payload.level / divisor}"}), end("e")]
    deploy(engine, drawing("picky", picky, ["s -> heard -> e"], extra=STORM))
    tickets = [open_ticket(engine, "picky", {"divisor": divisor}).instance_id for divisor in (1, 0, 2)]
    engine.run(send_signal, ENGINE, CLIENT, "storm", {"level": 3})
    live_until(engine, clock, T0 + timedelta(minutes=5))
    assert [states(engine, ticket)[0] for ticket in tickets] == ["completed", "active", "completed"]
    (incident,) = incidents(engine)
    assert (incident.root_id, incident.element_id) == (tickets[1], "heard")


def test_a_signal_to_twelve_hundred_cases_arrives_at_each_once(engine: Engine) -> None:
    """500 at a time: the transactions stay small whoever waits."""
    deploy(engine, HEARS)
    tickets = [open_ticket(engine, "hears").instance_id for _ in range(1_200)]
    deploy(engine, says(inputs={"level": "${5}"}))
    open_ticket(engine, "says")
    before, most = 0, 0
    count = select(func.count()).where(Job.kind == "delivery")
    while drain(engine, limit=1):
        (row,) = fetch(engine, count)
        before, most = row[0], max(most, row[0] - before)
    assert most == 500
    query = select(UserTask.root_id).where(UserTask.element_id == "a")
    assert sorted(row.root_id for row in fetch(engine, query)) == tickets
    assert (all_jobs(engine), subscriptions(engine), incidents(engine)) == ([], [], [])
