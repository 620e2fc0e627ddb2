"""Processes that begin with a message or signal: from outside at once, thrown each in a transaction of its own."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.clock import ManualClock
from engine.commands.deliver_message import deliver_message
from engine.engine import Engine
from engine.messages import NobodyWaits
from engine.models import UserTask
from engine.worker import drain, live_until
from tests.conftest import T0
from tests.engine.definition.drawings import drawing, end, script, start, user
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
)
from tests.engine.test_messages import send, throws
from tests.engine.test_signals import says
from tests.factories import CLIENT, OTHER_CLIENT, deploy, fetch, open_ticket, told


def test_a_message_starts_a_process(engine: Engine) -> None:
    deploy(engine, started_by("message", "ring"))
    found = send(engine, payload={"who": "王"})
    assert found.outcome == "started"
    (case,) = cases(engine, found.instance_id)
    assert (case.fields, case.started_by) == ({"who": "王"}, SENDER.id)
    assert told(engine, case.id)[0].facts[0]["at"] == "s"
    assert list(all_tasks(engine, case.id)) == ["a"]
    with pytest.raises(NobodyWaits):
        engine.run(deliver_message, may("foreman", "message.send"), CLIENT, "ring", {"who": "x"})
    with pytest.raises(NobodyWaits):
        engine.run(deliver_message, may("stranger", "message.send"), OTHER_CLIENT, "ring", {"who": "x"})


def test_a_thrown_message_starts_the_processes_that_begin_with_it(engine: Engine) -> None:
    for key in ("one", "two"):
        deploy(engine, started_by("message", "ring", key))
    deploy(engine, throws())
    sender = open_ticket(engine, "throws", {"note": "王"}).instance_id
    assert drain(engine) == 3
    tasks = fetch(engine, select(UserTask.__table__).where(UserTask.element_id == "a"))
    assert len({task.root_id for task in tasks} - {sender}) == 2
    assert all_jobs(engine) == []


def test_one_start_that_fails_does_not_hold_up_the_other(engine: Engine, clock: ManualClock) -> None:
    deploy(engine, started_by("signal", "storm", "bad", script("x", "y = payload_missing + 1")))
    deploy(engine, started_by("signal", "storm", "good"))
    waits = [start("s"), catch("heard", "signal", "storm"), user("b", candidateGroups="desk"), end("e")]
    deploy(engine, drawing("hears", waits, ["s -> heard -> b -> e"], extra=declared(signal="storm")))
    hears = open_ticket(engine, "hears").instance_id
    deploy(engine, says(inputs={"who": "${note}"}))
    open_ticket(engine, "says", {"note": "王"})
    live_until(engine, clock, T0 + timedelta(minutes=5))
    assert list(all_tasks(engine, hears)) == ["b"]
    assert len(fetch(engine, select(UserTask.id).where(UserTask.element_id == "a"))) == 1
    (incident,) = incidents(engine)
    assert incident.element_id == "say"
