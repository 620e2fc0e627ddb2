"""Errors and escalations that cross from a called process to its caller: caught there, or told to who asked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine.clock import ManualClock
from engine.database import Database
from engine.engine import Engine
from engine.extensions import BusinessError, Context, Service
from engine.models import Incident
from engine.spiff.errors import ErrorNotCaught
from engine.worker import drain
from tests.engine.definition.drawings import (
    end,
    exclusive,
    flow,
    service,
    start,
    timer,
    user,
)
from tests.engine.events import (
    all_tasks,
    call,
    cases,
    child,
    declared,
    done,
    event,
    parent,
    states,
)
from tests.engine.together import sound
from tests.factories import (
    deploy,
    everything,
    fetch,
    new_engine,
    open_city,
    open_ticket,
    told,
)


def business(error: str = "broken") -> Service:
    def refuse(context: Context, /, **_: Any) -> None:
        raise BusinessError(error, "坏了")

    return Service("test.refuse", refuse, zh="拒绝", en="refuse")


@pytest.fixture
def engine(database: Database, clock: ManualClock) -> Engine:
    engine = new_engine(database, clock, services=(business(),))
    open_city(engine)
    return engine


# -- errors and escalations ------------------------------------------------------------------------------------------

FAILING = child(
    nodes=[
        start("s"),
        user("work", candidateGroups="desk"),
        exclusive("x"),
        end("good"),
        event("endEvent", "bad", "error", "broken"),
    ],
    flows=["s -> work -> x", flow("x", "bad", "${failed}"), flow("x", "good", default=True)],
    extra=declared(error="broken"),
)


def catching(*codes: str) -> bytes:
    """The parent of a failing child, with an error event for each code on the call; "" catches any."""
    nodes, flows = [], []
    for number, code in enumerate(codes):
        settings: dict[str, Any] = {"errorCodeVariable": "code", "errorMessageVariable": "words"}
        nodes += [event("boundaryEvent", f"b{number}", "error", code, host="c", **settings)]
        nodes += [user(f"mend{number}", candidateGroups="desk"), end(f"f{number}")]
        flows.append(f"b{number} -> mend{number} -> f{number}")
    named = {"error": " ".join(code for code in codes if code)}
    return parent(call("c", "child"), *nodes, flows=flows, properties={"fields": "code,words"}, extra=declared(**named))


@pytest.mark.parametrize(
    ("codes", "strikes"),
    [(("broken",), "mend0"), (("",), "mend0"), (("", "broken"), "mend1"), (("other", ""), "mend1")],
)
def test_an_error_end_of_the_child_is_caught_on_the_call(engine: Engine, codes: tuple[str, ...], strikes: str) -> None:
    deploy(engine, FAILING)
    deploy(engine, catching(*codes))
    ticket = open_ticket(engine, "parent").instance_id
    done(engine, ticket, "work", {"failed": True})
    assert list(all_tasks(engine, ticket)) == [strikes]
    root, called = cases(engine, ticket)
    assert (called.state, called.end_reason, root.state) == ("completed", "broken", "active")
    (fact,) = [fact for fact in told(engine, ticket)[-1].facts if fact["type"] == "error_raised"]
    assert (fact["error"], fact["instance"]) == ("broken", called.id)
    assert sound(engine)


def test_an_error_that_nobody_catches_refuses_the_command(engine: Engine) -> None:
    deploy(engine, FAILING)
    deploy(engine, catching("other"))
    ticket = open_ticket(engine, "parent").instance_id
    before = everything(engine)
    with pytest.raises(ErrorNotCaught) as refused:
        done(engine, ticket, "work", {"failed": True})
    assert "broken" in refused.value.message("zh")
    assert everything(engine) == before
    done(engine, ticket, "work", {"failed": False})
    assert list(all_tasks(engine, ticket)) == ["after"]


def test_an_error_crosses_two_levels(engine: Engine) -> None:
    deploy(engine, FAILING)
    deploy(engine, parent(call("c", "child"), key="middle"))
    top = [event("boundaryEvent", "b", "error", "broken", host="c"), user("mend", candidateGroups="desk"), end("f")]
    deploy(
        engine, parent(call("c", "middle"), *top, flows=["b -> mend -> f"], key="top", extra=declared(error="broken"))
    )
    ticket = open_ticket(engine, "top").instance_id
    done(engine, ticket, "work", {"failed": True})
    assert list(all_tasks(engine, ticket)) == ["mend"]
    assert states(engine, ticket) == ["active", "completed", "completed"]


def test_an_error_behind_a_timer_that_nobody_catches_becomes_an_incident(engine: Engine, clock: ManualClock) -> None:
    nodes = [
        start("s"),
        user("work", candidateGroups="desk"),
        timer("late", "work", "PT1M"),
        end("e"),
        event("endEvent", "bad", "error", "broken"),
    ]
    deploy(engine, child(nodes=nodes, flows=["s -> work -> e", "late -> bad"], extra=declared(error="broken")))
    deploy(engine, parent(call("c", "child")))
    ticket = open_ticket(engine, "parent").instance_id
    for _ in range(3):
        clock.move_to(clock.now() + timedelta(minutes=2))
        drain(engine)
    (incident,) = fetch(engine, select(Incident.__table__))
    assert (incident.code, incident.root_id, incident.instance_id) == (
        "error_not_caught",
        ticket,
        cases(engine, ticket)[1].id,
    )
    assert states(engine, ticket) == ["active", "active"]


def test_a_refusing_service_in_the_child_is_caught_on_the_call_with_its_words(engine: Engine) -> None:
    deploy(engine, child(nodes=[start("s"), service("refuse", "test.refuse"), end("e")], flows=["s -> refuse -> e"]))
    deploy(engine, catching("broken"))
    ticket = open_ticket(engine, "parent").instance_id
    assert list(all_tasks(engine, ticket)) == ["mend0"]
    assert cases(engine, ticket)[0].fields["code"] == "broken"
    assert "坏了" in cases(engine, ticket)[0].fields["words"]


def test_a_refusing_service_that_nobody_catches_refuses_the_command_in_its_words(engine: Engine) -> None:
    deploy(engine, child(nodes=[start("s"), service("refuse", "test.refuse"), end("e")], flows=["s -> refuse -> e"]))
    deploy(engine, parent(call("c", "child")))
    before = everything(engine)
    with pytest.raises(BusinessError) as refused:
        open_ticket(engine, "parent")
    assert refused.value.message("zh") == "服务报告了业务错误“broken”：坏了。"
    assert everything(engine) == before


def escalating(*names: str) -> bytes:
    """Escalates by each name, one after the other, and then has a step."""
    nodes = [
        start("s"),
        *[event("intermediateThrowEvent", f"up_{name}", "escalation", name) for name in names],
        user("work", candidateGroups="desk"),
        end("e"),
    ]
    way = " -> ".join(["s", *(f"up_{name}" for name in names), "work", "e"])
    return child(nodes=nodes, flows=[way], extra=declared(escalation=" ".join(names)))


def raised_to(*codes: str, interrupting: bool) -> bytes:
    nodes, flows = [], []
    for number, code in enumerate(codes):
        nodes += [event("boundaryEvent", f"b{number}", "escalation", code, host="c", interrupting=interrupting)]
        nodes += [user(f"look{number}", candidateGroups="desk"), end(f"f{number}")]
        flows.append(f"b{number} -> look{number} -> f{number}")
    return parent(call("c", "child"), *nodes, flows=flows, extra=declared(escalation=" ".join(codes)))


def test_every_escalation_of_a_child_reaches_the_parent_and_the_child_goes_on(engine: Engine) -> None:
    deploy(engine, escalating("one", "two"))
    deploy(engine, raised_to("one", "two", interrupting=False))
    ticket = open_ticket(engine, "parent").instance_id
    assert set(all_tasks(engine, ticket)) == {"work", "look0", "look1"}
    assert states(engine, ticket) == ["active", "active"]


def test_an_interrupting_escalation_ends_the_child_and_what_it_raises_later_is_over(engine: Engine) -> None:
    deploy(engine, escalating("one", "two"))
    deploy(engine, raised_to("one", "two", interrupting=True))
    ticket = open_ticket(engine, "parent").instance_id
    assert list(all_tasks(engine, ticket)) == ["look0"]
    assert states(engine, ticket) == ["active", "cancelled"]


def test_an_escalation_that_nobody_catches_is_told_and_nothing_else(engine: Engine) -> None:
    deploy(engine, escalating("one"))
    deploy(engine, parent(call("c", "child")))
    ticket = open_ticket(engine, "parent").instance_id
    assert list(all_tasks(engine, ticket)) == ["work"]
    (fact,) = [fact for fact in told(engine, ticket)[0].facts if fact["type"] == "escalation_not_caught"]
    assert fact["escalation"] == "one"
