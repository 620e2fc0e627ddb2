"""The same moment for messages, starts and calls, on both databases: nothing lost, nothing doubled, no deadlock."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import func, select

from engine.authorization import ENGINE
from engine.clock import ManualClock
from engine.commands.complete_task import complete_task
from engine.commands.deliver_message import deliver_message
from engine.commands.publish_definition import publish_definition
from engine.database import Database
from engine.engine import Engine
from engine.models import Incident, ProcessInstance, UserTask
from engine.unit_of_work import UnitOfWork
from engine.worker import drain
from tests.conftest import T0
from tests.engine.definition.drawings import drawing, end, parallel, start, timer, user
from tests.engine.events import (
    SENDER,
    all_jobs,
    all_tasks,
    call,
    catch,
    child,
    declared,
    states,
    subscriptions,
    throw,
)
from tests.engine.test_messages import GATEWAY, LATER, WAITS
from tests.engine.test_timed_starts import timed
from tests.engine.together import at_once, sound
from tests.factories import CLIENT, actor, deploy, facts, fetch, new_engine, open_city, open_ticket

ROUNDS = 5


def drained(*engines: Engine) -> None:
    while any(drain(engine) for engine in engines):
        pass


def counts(engine: Engine, ticket: int) -> Counter[str]:
    return Counter(what for what, _ in facts(engine, ticket))


def clean(engine: Engine) -> bool:
    return sound(engine) and fetch(engine, select(Incident.id)) == []


def test_two_messages_at_once_for_one_catch(engine: Engine) -> None:
    """One is received; the other is refused in words."""
    deploy(engine, WAITS)
    for _ in range(ROUNDS):
        ticket = open_ticket(engine, "waits").instance_id
        send = partial(engine.run, deliver_message, SENDER, CLIENT, "ring", {"who": "x"}, case_id=ticket)
        assert at_once(*[send] * 4) == {"done": 1, "nobody_waits": 3}
        assert counts(engine, ticket)["event_received"] == 1
    assert clean(engine)


def test_of_two_messages_at_once_the_other_is_kept_if_it_has_a_time_to_live(engine: Engine) -> None:
    deploy(engine, WAITS)
    for _ in range(ROUNDS):
        ticket = open_ticket(engine, "waits").instance_id
        to: dict[str, Any] = {"case_id": ticket, "kept_for": "PT1H"}
        send = partial(engine.run, deliver_message, SENDER, CLIENT, "ring", {"who": "x"}, **to)
        assert at_once(send, send) == {"done": 2}
        told = counts(engine, ticket)
        assert (told["event_received"], told["message_kept"]) == (1, 1)
        assert [job.kind for job in all_jobs(engine) if job.root_id == ticket] == ["message"]
    assert clean(engine)


def test_messages_found_by_a_key_at_once_each_find_their_own_catch(engine: Engine) -> None:
    """Four messages, four waiting cases, one key: whoever finds its catch taken looks again."""
    keyed = [start("s"), catch("heard", "message", "ring", properties={"message.key": "1"}), end("e")]
    deploy(engine, drawing("keyed", keyed, ["s -> heard -> e"], extra=declared(message="ring")))
    for _ in range(ROUNDS):
        tickets = [open_ticket(engine, "keyed").instance_id for _ in range(3)]
        send = partial(engine.run, deliver_message, SENDER, CLIENT, "ring", {}, correlation="1")
        assert at_once(*[send] * 3) == {"done": 3}
        assert [states(engine, ticket) for ticket in tickets] == [["completed"]] * 3
    assert clean(engine)


def test_a_message_against_the_timer_of_an_event_gateway(engine: Engine, clock: ManualClock) -> None:
    deploy(engine, GATEWAY)
    ways = Counter[str]()
    for _ in range(ROUNDS):
        clock.move_to(T0)
        ticket = open_ticket(engine, "gateway").instance_id
        clock.move_to(T0 + timedelta(minutes=10))
        send = partial(engine.run, deliver_message, SENDER, CLIENT, "ring", {}, case_id=ticket)
        ended = at_once(send, partial(drain, engine))
        told = counts(engine, ticket)
        assert told["event_received"] + told["timer_fired"] == 1
        assert ended == ({"done": 2} if told["event_received"] else {"done": 1, "nobody_waits": 1})
        (way,) = all_tasks(engine, ticket)
        ways[way] += 1
        assert (all_jobs(engine), subscriptions(engine)) == ([], [])
    assert ways.total() == ROUNDS
    assert clean(engine)


def test_a_message_that_comes_while_its_catch_is_being_created_is_not_lost(engine: Engine) -> None:
    """Received at once, or kept and found at the next look: the clock stands still, so no later look can help."""
    deploy(engine, LATER)
    for _ in range(2 * ROUNDS):
        ticket = open_ticket(engine, "later").instance_id
        task = all_tasks(engine, ticket)["first"]
        to: dict[str, Any] = {"case_id": ticket, "kept_for": "PT1H"}
        ended = at_once(
            partial(engine.run, deliver_message, SENDER, CLIENT, "ring", {}, **to),
            partial(engine.run, complete_task, actor("clerk1"), task, {}),
            partial(drain, engine),
        )
        assert ended == {"done": 3}
        drained(engine)
        assert list(all_tasks(engine, ticket)) == ["a"]
        assert all_jobs(engine) == []
        assert counts(engine, ticket)["event_received"] == 1
    assert clean(engine)


def test_two_workers_on_the_same_due_start(engine: Engine, database: Database, clock: ManualClock) -> None:
    deploy(engine, timed("R/PT1H"))
    other = new_engine(database, clock)
    for hour in range(1, ROUNDS + 1):
        clock.move_to(T0 + timedelta(hours=hour))
        assert at_once(partial(drain, engine), partial(drain, other)) == {"done": 2}
        assert fetch(engine, select(func.count()).select_from(ProcessInstance))[0][0] == hour
    assert clean(engine)


def test_a_new_version_against_a_due_start(engine: Engine, database: Database, clock: ManualClock) -> None:
    """Either the old version starts its case before, or its time is gone; never both, never half."""
    deploy(engine, timed("R/PT1H"))
    other = new_engine(database, clock)
    for number in range(1, ROUNDS + 1):
        before = fetch(engine, select(func.count()).select_from(ProcessInstance))[0][0]
        clock.move_to(clock.now() + timedelta(hours=1))
        newer = timed("R/PT1H", name=f"version {number}")
        publish = partial(engine.run, publish_definition, ENGINE, CLIENT, newer)
        assert at_once(publish, partial(drain, other)) == {"done": 2}
        after = fetch(engine, select(func.count()).select_from(ProcessInstance))[0][0]
        assert after - before in (0, 1)
    assert clean(engine)


def test_a_task_of_the_parent_while_the_child_ends(engine: Engine) -> None:
    deploy(engine, child())
    nodes = [start("s"), parallel("f"), call("c", "child"), user("b", candidateGroups="desk"), parallel("j"), end("e")]
    deploy(engine, drawing("beside", nodes, ["s -> f -> c -> j -> e", "f -> b -> j"]))
    for _ in range(ROUNDS):
        ticket = open_ticket(engine, "beside").instance_id
        tasks = all_tasks(engine, ticket)
        ended = at_once(
            partial(engine.run, complete_task, actor("clerk1"), tasks["work"], {}),
            partial(engine.run, complete_task, actor("clerk2"), tasks["b"], {}),
        )
        assert ended == {"done": 2}
        assert states(engine, ticket) == ["completed", "completed"]
        told = counts(engine, ticket)
        assert (told["task_completed"], told["call_completed"], told["instance_completed"]) == (2, 1, 1)
    assert clean(engine)


def test_the_end_of_a_child_against_the_timer_that_takes_it_away(engine: Engine, clock: ManualClock) -> None:
    deploy(engine, child())
    nodes = [start("s"), call("c", "child"), timer("over", "c", "PT10M"), end("e"), end("f")]
    deploy(engine, drawing("timed_call", nodes, ["s -> c -> e", "over -> f"]))
    for _ in range(ROUNDS):
        clock.move_to(T0)
        ticket = open_ticket(engine, "timed_call").instance_id
        task = all_tasks(engine, ticket)["work"]
        clock.move_to(T0 + timedelta(minutes=10))
        ended = at_once(partial(engine.run, complete_task, actor("clerk1"), task, {}), partial(drain, engine))
        told = counts(engine, ticket)
        assert told["task_completed"] + told["timer_fired"] == 1
        assert ended == ({"done": 2} if told["task_completed"] else {"done": 1, "task_not_open": 1})
        assert states(engine, ticket) == ["completed", "completed" if told["task_completed"] else "cancelled"]
        assert all_jobs(engine) == []
    assert clean(engine)


def test_cases_that_write_to_each_other_never_stop_each_other(
    engine: Engine, database: Database, clock: ManualClock
) -> None:
    """Every case throws to its partner and waits for it; three workers deliver all ways at once."""
    nodes = [
        start("s"),
        parallel("f"),
        throw("say", "message", "ring", properties={"message.key": "${other}", "message.ttl": "PT1H"}),
        catch("heard", "message", "ring", properties={"message.key": "${own}"}),
        parallel("j"),
        end("e"),
    ]
    deploy(
        engine, drawing("pair", nodes, ["s -> f -> say -> j -> e", "f -> heard -> j"], extra=declared(message="ring"))
    )
    others = [new_engine(database, clock) for _ in range(2)]
    for number in range(ROUNDS):
        pairs = [(f"{number}.{one}a", f"{number}.{one}b") for one in range(6)]
        tickets = [
            open_ticket(engine, "pair", {"own": own, "other": other}).instance_id
            for one, two in pairs
            for own, other in ((one, two), (two, one))
        ]
        assert at_once(*(partial(drain, one) for one in (engine, *others))) == {"done": 3}
        drained(engine)
        assert [states(engine, ticket) for ticket in tickets] == [["completed"]] * 12
    assert all_jobs(engine) == []
    assert clean(engine)


def test_a_delivery_is_posted_to_a_case_that_somebody_is_working_on(postgresql: Database) -> None:
    """Its row is locked, and the sender does not wait: neither could stop the other for good."""
    engine = new_engine(postgresql, ManualClock(T0))
    open_city(engine)
    deploy(engine, WAITS)
    ticket = open_ticket(engine, "waits").instance_id
    key = {"message.key": f"case:{ticket}"}
    says = [start("s"), throw("say", "message", "ring", inputs={"who": "${note}"}, properties=key), end("e")]
    deploy(engine, drawing("says", says, ["s -> say -> e"], extra=declared(message="ring")))
    open_ticket(engine, "says", {"note": "王"})

    def work(uow: UnitOfWork) -> int:
        uow.lock(ticket)
        return drain(engine, limit=1)

    assert engine.run(work, ENGINE) == 1
    assert [job.kind for job in all_jobs(engine)] == ["delivery"]
    assert drain(engine) == 1
    assert list(all_tasks(engine, ticket)) == ["a"]
    assert fetch(engine, select(UserTask.root_id))[0].root_id == ticket
