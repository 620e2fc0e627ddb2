"""Messages: thrown as jobs, delivered to the one event that waits, kept for a time, or refused in words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine.clock import ManualClock
from engine.commands.complete_task import complete_task
from engine.commands.deliver_message import Delivered, TooManyKept, deliver_message
from engine.commands.retry_job import retry_job
from engine.commands.suspend_instance import suspend_instance
from engine.engine import Engine
from engine.errors import Forbidden, InstanceSuspended, NotFound
from engine.messages import NobodyWaits
from engine.models import UserTask
from engine.outbox import PayloadTooLarge
from engine.worker import drain, live_until
from tests.conftest import T0
from tests.engine.definition.drawings import drawing, element, end, parallel, start, user
from tests.engine.events import (
    SENDER,
    all_jobs,
    all_tasks,
    cases,
    catch,
    declared,
    event,
    incidents,
    may,
    states,
    subscriptions,
    throw,
    timed_catch,
    waiting,
)
from tests.factories import CLIENT, OTHER_CLIENT, actor, deploy, everything, facts, fetch, open_ticket, told

RING = declared(message="ring")
WAITS = waiting(
    "waits",
    catch("heard", "message", "ring", outputs={"who": "${payload.who}"}),
    properties={"fields": "who"},
    extra=RING,
)
"""Waits for a message, and takes one value from it."""

LATER = drawing(
    "later",
    [
        start("s"),
        user("first", candidateGroups="desk"),
        catch("heard", "message", "ring"),
        user("a", candidateGroups="desk"),
        end("e"),
    ],
    ["s -> first -> heard -> a -> e"],
    extra=RING,
)
"""Begins to wait when its first step is done."""

KEYED = waiting("keyed", catch("heard", "message", "ring", properties={"message.key": "${phone}"}), extra=RING)
"""Is found by a telephone number."""


def throws(key: str = "throws", **properties: str) -> bytes:
    thrown = throw("ring", "message", "ring", inputs={"who": "${note}"}, properties=properties)
    return drawing(
        key, [start("s"), thrown, user("b", candidateGroups="desk"), end("e")], ["s -> ring -> b -> e"], extra=RING
    )


def send(
    engine: Engine, name: str = "ring", payload: dict[str, Any] | None = None, by: Any = SENDER, **to: Any
) -> Delivered:
    return engine.run(deliver_message, by, CLIENT, name, payload or {}, **to)


# -- from outside ----------------------------------------------------------------------------------------------------


def test_a_message_completes_the_event_that_waits_for_it_and_only_declared_values_come_in(engine: Engine) -> None:
    deploy(engine, WAITS)
    ticket = open_ticket(engine, "waits").instance_id
    (row,) = subscriptions(engine)
    assert (row.kind, row.name, row.correlation, row.root_id) == ("message", "ring", f"case:{ticket}", ticket)
    assert send(engine, payload={"who": "王", "case": "mine"}, case_id=ticket) == Delivered("received", ticket)
    assert (list(all_tasks(engine, ticket)), subscriptions(engine)) == (["a"], [])
    assert cases(engine, ticket)[0].fields == {"who": "王"}
    item = told(engine, ticket)[-1]
    assert (item.command, item.actor) == ("deliver_message", "chief")
    assert item.facts[0] == {
        "type": "event_received",
        "element": "heard",
        "name": "",
        "kind": "message",
        "event": "ring",
        "data": {"who": "王"},
    }


def test_whoever_waits_by_the_key_of_another_ticket_hears_nothing(engine: Engine) -> None:
    deploy(engine, WAITS)
    deploy(engine, KEYED)
    ticket = open_ticket(engine, "waits").instance_id
    spy = open_ticket(engine, "keyed", {"phone": f"case:{ticket + 2}"}).instance_id
    named = open_ticket(engine, "waits").instance_id
    assert (spy, named) == (ticket + 1, ticket + 2)
    assert send(engine, case_id=named, payload={"who": "x"}) == Delivered("received", named)
    with pytest.raises(NobodyWaits):
        send(engine, correlation=f"case:{named}")
    assert send(engine, correlation=f"case:{ticket}", payload={"who": "x"}) == Delivered("received", ticket)


def test_only_the_named_case_hears_it(engine: Engine) -> None:
    deploy(engine, WAITS)
    first, second = (open_ticket(engine, "waits").instance_id for _ in range(2))
    send(engine, case_id=second, payload={"who": "x"})
    assert (list(all_tasks(engine, first)), list(all_tasks(engine, second))) == ([], ["a"])


def test_a_message_finds_its_case_by_the_key_of_the_event(engine: Engine) -> None:
    deploy(engine, KEYED)
    tickets = {phone: open_ticket(engine, "keyed", {"phone": phone}).instance_id for phone in ("110", "120")}
    assert send(engine, correlation="120") == Delivered("received", tickets["120"])
    assert list(all_tasks(engine, tickets["110"])) == []
    with pytest.raises(NobodyWaits) as refused:
        send(engine, correlation="119")
    assert (refused.value.status, refused.value.message("zh")) == (
        409,
        "没有流程在等待消息“ring”，也没有由它启动的流程。",
    )


def test_of_two_events_that_wait_with_one_key_the_older_hears_it(engine: Engine, clock: ManualClock) -> None:
    deploy(engine, KEYED)
    older = open_ticket(engine, "keyed", {"phone": "1"}).instance_id
    clock.move_to(T0 + timedelta(seconds=1))
    newer = open_ticket(engine, "keyed", {"phone": "1"}).instance_id
    assert [send(engine, correlation="1").instance_id for _ in range(2)] == [older, newer]


def test_what_nobody_waits_for_is_refused_and_leaves_nothing(engine: Engine) -> None:
    deploy(engine, LATER)
    ticket = open_ticket(engine, "later").instance_id
    before = everything(engine)
    for to in ({"case_id": ticket}, {"correlation": "x"}, {}, {"correlation": "x", "kept_for": "PT1H"}):
        with pytest.raises(NobodyWaits):
            send(engine, **to)
    assert everything(engine) == before


def test_a_message_is_kept_for_its_ticket_and_found_by_the_event_when_it_begins_to_wait(
    engine: Engine, clock: ManualClock
) -> None:
    deploy(engine, LATER)
    ticket = open_ticket(engine, "later").instance_id
    assert send(engine, case_id=ticket, kept_for="PT1H") == Delivered("kept", ticket)
    assert facts(engine, ticket)[-1] == ("message_kept", None)
    drain(engine)
    assert [job.kind for job in all_jobs(engine)] == ["message"]
    clock.move_to(T0 + timedelta(minutes=1))
    engine.run(complete_task, actor("clerk1"), all_tasks(engine, ticket)["first"], {})
    assert [job.run_at for job in all_jobs(engine)] == [clock.now()]  # it looks at once
    assert drain(engine) == 2  # the message, its delivery
    assert (list(all_tasks(engine, ticket)), all_jobs(engine)) == (["a"], [])


def test_a_kept_message_expires_at_its_time_and_history_says_so(engine: Engine, clock: ManualClock) -> None:
    deploy(engine, LATER)
    ticket = open_ticket(engine, "later").instance_id
    send(engine, case_id=ticket, kept_for="PT7M")
    live_until(engine, clock, T0 + timedelta(minutes=7) - timedelta(seconds=1))
    assert len(all_jobs(engine)) == 1
    live_until(engine, clock, T0 + timedelta(minutes=7))
    assert all_jobs(engine) == []
    item = told(engine, ticket)[-1]
    assert (item.facts[0]["type"], item.at) == ("message_expired", T0 + timedelta(minutes=7))
    assert incidents(engine) == []


def test_a_ticket_keeps_a_hundred_messages_and_no_more(engine: Engine) -> None:
    deploy(engine, LATER)
    ticket = open_ticket(engine, "later").instance_id
    for _ in range(100):
        send(engine, case_id=ticket, kept_for="PT1H")
    with pytest.raises(TooManyKept):
        send(engine, case_id=ticket, kept_for="PT1H")
    assert len(all_jobs(engine)) == 100


def test_who_may_send(engine: Engine) -> None:
    deploy(engine, WAITS)
    ticket = open_ticket(engine, "waits").instance_id
    before = everything(engine)
    with pytest.raises(Forbidden):
        send(engine, by=actor("chief"), case_id=ticket)
    for name in ("stranger", "outsider"):
        with pytest.raises(NotFound):
            send(engine, by=may(name, "message.send"), case_id=ticket)
        with pytest.raises(NobodyWaits):
            send(engine, by=may(name, "message.send"), correlation=f"case:{ticket}")
    with pytest.raises(NobodyWaits):
        engine.run(
            deliver_message, may("stranger", "message.send"), OTHER_CLIENT, "ring", {}, correlation=f"case:{ticket}"
        )
    engine.run(suspend_instance, SENDER, ticket, "等")
    after = everything(engine)
    with pytest.raises(InstanceSuspended):
        send(engine, case_id=ticket)
    assert everything(engine) == after
    assert before["subscription"] == after["subscription"]


def test_a_payload_is_bounded(engine: Engine) -> None:
    deploy(engine, WAITS)
    ticket = open_ticket(engine, "waits").instance_id
    before = everything(engine)
    with pytest.raises(PayloadTooLarge):
        send(engine, case_id=ticket, payload={"who": "灯" * 6_000})
    assert everything(engine) == before


# -- thrown by a case ------------------------------------------------------------------------------------------------


def test_a_thrown_message_goes_by_job_and_reaches_the_case_of_its_key(engine: Engine) -> None:
    deploy(engine, KEYED)
    deploy(engine, throws(**{"message.key": "110"}))
    waits = open_ticket(engine, "keyed", {"phone": "110"}).instance_id
    sender = open_ticket(engine, "throws", {"note": "王"}).instance_id
    (job,) = all_jobs(engine)
    assert (job.kind, job.root_id, job.element_id, job.due_at) == ("message", sender, "ring", T0)
    assert list(all_tasks(engine, waits)) == []
    assert drain(engine, limit=1) == 1
    (job,) = all_jobs(engine)
    assert (job.kind, job.root_id, job.element_id) == ("delivery", waits, "heard")
    assert drain(engine) == 1
    assert (list(all_tasks(engine, waits)), all_jobs(engine)) == (["a"], [])
    assert ("event_thrown", "ring") in facts(engine, sender)


def test_two_branches_of_one_ticket_find_each_other_without_a_key(engine: Engine) -> None:
    nodes = [
        start("s"),
        parallel("f"),
        catch("heard", "message", "ring"),
        throw("say", "message", "ring"),
        parallel("j"),
        end("e"),
    ]
    deploy(engine, drawing("both", nodes, ["s -> f -> heard -> j -> e", "f -> say -> j"], extra=RING))
    ticket = open_ticket(engine, "both").instance_id
    assert drain(engine) == 2
    assert states(engine, ticket) == ["completed"]


def test_a_message_end_event_is_sent_though_its_case_has_ended(engine: Engine) -> None:
    deploy(engine, KEYED)
    last = event("endEvent", "ring", "message", "ring", properties={"message.key": "1"})
    deploy(engine, drawing("ends", [start("s"), last], ["s -> ring"], extra=RING))
    waits = open_ticket(engine, "keyed", {"phone": "1"}).instance_id
    sender = open_ticket(engine, "ends").instance_id
    assert states(engine, sender) == ["completed"]
    assert drain(engine) == 2
    assert list(all_tasks(engine, waits)) == ["a"]


def test_a_thrown_message_that_nobody_waits_for_is_tried_and_becomes_an_incident(
    engine: Engine, clock: ManualClock
) -> None:
    deploy(engine, throws(**{"message.key": "110"}))
    deploy(engine, KEYED)
    sender = open_ticket(engine, "throws", {"note": "x"}).instance_id
    live_until(engine, clock, T0 + timedelta(minutes=5))
    (incident,) = incidents(engine)
    assert (incident.code, incident.root_id, incident.element_id) == ("nobody_waits", sender, "ring")
    waits = open_ticket(engine, "keyed", {"phone": "110"}).instance_id
    engine.run(retry_job, actor("chief"), incident.job_id, "现在有人等")
    assert drain(engine) == 2
    assert list(all_tasks(engine, waits)) == ["a"]
    assert incidents(engine) == []


def test_a_thrown_message_is_kept_as_long_as_its_property_says(engine: Engine, clock: ManualClock) -> None:
    deploy(engine, throws(**{"message.key": "110", "message.ttl": "PT10M"}))
    deploy(engine, KEYED)
    open_ticket(engine, "throws", {"note": "x"})
    assert drain(engine) == 1
    waits = open_ticket(engine, "keyed", {"phone": "110"}).instance_id
    live_until(engine, clock, T0 + timedelta(seconds=5))
    assert list(all_tasks(engine, waits)) == ["a"]
    expired = open_ticket(engine, "throws", {"note": "x"}).instance_id
    live_until(engine, clock, T0 + timedelta(minutes=11))
    assert facts(engine, expired)[-1] == ("message_expired", "ring")
    assert incidents(engine) == []


def test_a_delivery_whose_event_is_gone_looks_for_another(engine: Engine, clock: ManualClock) -> None:
    """Two messages for two events with one key: both are sent to the older at first."""
    deploy(engine, KEYED)
    deploy(engine, throws(**{"message.key": "1"}))
    waits = [open_ticket(engine, "keyed", {"phone": "1"}).instance_id for _ in range(2)]
    for _ in range(2):
        open_ticket(engine, "throws", {"note": "x"})
    drain(engine)
    assert [list(all_tasks(engine, ticket)) for ticket in waits] == [["a"], ["a"]]
    assert (all_jobs(engine), incidents(engine)) == ([], [])


def test_a_receive_task_and_a_boundary_message(engine: Engine) -> None:
    nodes = [
        start("s"),
        element("receiveTask", "wait", messageRef="message_ring"),
        user("a", candidateGroups="desk"),
        event("boundaryEvent", "again", "message", "ring", host="a", interrupting=False),
        user("note", candidateGroups="desk"),
        end("e"),
        end("f"),
    ]
    deploy(engine, drawing("several", nodes, ["s -> wait -> a -> e", "again -> note -> f"], extra=RING))
    ticket = open_ticket(engine, "several").instance_id
    for _ in range(3):
        send(engine, case_id=ticket)
    query = select(UserTask.element_id).where(UserTask.root_id == ticket, UserTask.state == "open")
    assert sorted(row.element_id for row in fetch(engine, query)) == ["a", "note", "note"]
    assert [row.element_id for row in subscriptions(engine)] == ["again"]


GATEWAY = drawing(
    "gateway",
    [
        start("s"),
        element("eventBasedGateway", "g"),
        catch("heard", "message", "ring"),
        timed_catch("late", "PT10M"),
        user("a", candidateGroups="desk"),
        user("b", candidateGroups="desk"),
        end("e"),
        end("f"),
    ],
    ["s -> g -> heard -> a -> e", "g -> late -> b -> f"],
    extra=RING,
)


def test_the_first_event_after_a_gateway_takes_the_others_away(engine: Engine, clock: ManualClock) -> None:
    deploy(engine, GATEWAY)
    heard, late = (open_ticket(engine, "gateway").instance_id for _ in range(2))
    send(engine, case_id=heard)
    assert [job.root_id for job in all_jobs(engine)] == [late]
    live_until(engine, clock, T0 + timedelta(minutes=10))
    assert (list(all_tasks(engine, heard)), list(all_tasks(engine, late))) == (["a"], ["b"])
    assert subscriptions(engine) == []
