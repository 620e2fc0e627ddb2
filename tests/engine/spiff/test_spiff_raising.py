"""Errors and escalations go outwards from where they are raised, to the nearest activity that catches them."""

from __future__ import annotations

from typing import Any

import pytest

from engine.extensions import BusinessError
from engine.spiff.errors import EventNotAwaited
from tests.engine.definition.drawings import (
    Node,
    boundary,
    call,
    declared,
    drawing,
    end,
    parallel,
    script,
    send,
    service,
    start,
    sub,
    throw,
    timer,
    user,
)
from tests.engine.spiff.cases import OUTSIDE, Run, Told

NAMES = declared(error=["E1", "E2"], escalation=["late", "loud"], message=["paid"])


def drawn(nodes: list[Node], flows: list[str], told: Told | None = None, **data: Any) -> Run:
    return Run(drawing("p", [start("s"), *nodes, end("e")], flows, extra=NAMES), data, saving=True, told=told)


def nested(outer: list[Node], inner: list[Node], code: str = "E1", **data: Any) -> Run:
    """An error two scopes deep, beside other work in each; events on either scope lead to a step of their own name."""
    within = [start("is"), parallel("ip"), user("a"), throw("fail", "error", code, "endEvent"), user("b"), end("ie")]
    deep = sub("inner", within, ["is -> ip -> a -> fail", "ip -> b -> ie"])
    around = [start("os"), parallel("op"), deep, user("c"), end("oe")]
    ways = ["os -> op -> inner -> oe", "op -> c -> oe"]
    for event in inner:
        around += [event, user(f"on_{event.id}")]
        ways.append(f"{event.id} -> on_{event.id} -> oe")
    nodes, flows = [sub("outer", around, ways), user("z")], ["s -> outer -> z -> e"]
    for event in outer:
        nodes += [event, user(f"on_{event.id}")]
        flows.append(f"{event.id} -> on_{event.id} -> z")
    return drawn(nodes, flows, **data).at("a", "b", "c")


def test_the_nearest_catches() -> None:
    run = nested([boundary("k_out", "outer", "error", "E1")], [boundary("k_in", "inner", "error", "E1")])
    run.told.news()
    run.do("a", v=1).at("c", "on_k_in")
    assert run.told.news() == [
        "completed a",
        "completed fail",
        "completed k_in",
        "entered on_k_in",
        "cancelled inner",
        "cancelled b",
    ]
    assert run.data("on_k_in") == {"v": 1}
    run.do("on_k_in", "c").at("z").do("z").ended()


def test_one_that_names_another_code_lets_it_pass() -> None:
    run = nested([boundary("k_out", "outer", "error", "E1")], [boundary("k_in", "inner", "error", "E2")], v=0)
    run.told.news()
    run.do("b", by_b=1).do("a", v=1).at("on_k_out")
    gone = sorted(one for one in run.told.news() if "cancelled" in one)
    assert gone == ["cancelled c", "cancelled inner", "cancelled outer"]
    assert run.data("on_k_out") == {"v": 1, "by_b": 1}
    run.do("on_k_out", "z").ended()


def test_of_two_on_one_border_the_one_that_names_the_code_catches() -> None:
    for events in (["any", "named"], ["named", "any"]):
        on = {"any": boundary("any", "inner", "error"), "named": boundary("named", "inner", "error", "E1")}
        nested([], [on[name] for name in events]).do("a").at("c", "on_named")
        nested([], [on[name] for name in events], "E2").do("a").at("c", "on_any")


def test_an_error_that_nobody_catches_ends_the_whole() -> None:
    run = nested([boundary("k_out", "outer", "error", "E2")], [])
    run.told.news()
    run.do("a").ended()
    assert sorted(one for one in run.told.news() if "cancelled" in one) == [
        "cancelled b",
        "cancelled c",
        "cancelled inner",
        "cancelled outer",
    ]
    (left,) = run.left()
    assert (left.kind, left.code, left.cause) == ("error", "E1", None)


def test_nothing_that_was_ready_beside_the_error_is_run() -> None:
    inside = [start("is"), parallel("split"), throw("fail", "error", "E1", "endEvent"), script("one", "v = 1")]
    inside += [service("two", "test.note"), send("three", "message_paid"), end("ie")]
    ways = ["is -> split -> fail", "split -> one -> ie", "split -> two -> ie", "split -> three -> ie"]
    run = drawn([sub("box", inside, ways), boundary("k", "box", "error"), user("z")], ["s -> box -> z -> e", "k -> z"])
    acted = [one for one in run.at("z").told.news() if one.partition(" ")[0] in {"script", "service", "thrown"}]
    assert acted == []


@pytest.mark.parametrize("kind", ["service", "send", "throw", "decision"])
def test_what_a_service_reports_is_caught_on_its_border(kind: str) -> None:
    def fail(_: object) -> Any:
        raise BusinessError("E1", "没有备件")

    node = {
        "service": service("x", "test.note"),
        "send": send("x", "message_paid", type="external", topic="test.note"),
        "decision": Node("businessRuleTask", "x", {"camunda:type": "external", "camunda:topic": "test.note"}),
        "throw": sub(
            "x",
            [start("xs"), Node("intermediateThrowEvent", "xt", {}, _SERVICE), end("xe")],
            ["xs -> xt -> xe"],
        ),
    }[kind]
    event = boundary("k", "x", "error", "E1", errorCodeVariable="code", errorMessageVariable="words")
    flows = ["s -> a -> x -> z -> e", "k -> y -> z"]
    run = drawn([user("a"), node, event, user("y"), user("z")], flows, Told(x=fail, xt=fail))
    run.do("a").at("y")
    assert run.data("y")["code"] == "E1"
    assert "没有备件" in run.data("y")["words"]
    run.do("y", "z").ended()


_SERVICE = '<messageEventDefinition camunda:type="external" camunda:topic="test.note"/>'


def test_what_a_service_reports_and_nobody_catches_keeps_its_cause() -> None:
    error = BusinessError("E1", "x")

    def fail(_: object) -> Any:
        raise error

    run = drawn([user("a"), service("x", "test.note")], ["s -> a -> x -> e"], Told(x=fail)).do("a").ended()
    assert [one.cause for one in run.left()] == [error]


@pytest.mark.parametrize("kind", ["error", "escalation"])
def test_what_a_called_case_raises_strikes_the_call(kind: Any) -> None:
    event = boundary("k", "x", kind, "E1" if kind == "error" else "late", kind == "error")
    run = drawn([call("x", "other"), event, user("y"), user("z")], ["s -> x -> z -> e", "k -> y -> e"]).busy("x")
    if kind == "error":
        run.fail("x", "E1").at("y").busy().do("y").ended()
        assert ("cancelled", "x") in run.told.log
    else:
        run.fail("x", "late", kind).fail("x", "late", kind).at("y", "y").busy("x")
        run.finish("x", v=1).at("y", "y", "z").do("y", "y", "z").ended()


def test_an_error_from_outside_that_nobody_catches() -> None:
    run = drawn([service("x", "test.note")], ["s -> x -> e"], Told(x=lambda _: OUTSIDE)).fail("x", "E9").ended()
    assert [(one.kind, one.code) for one in run.left()] == [("error", "E9")]


def test_an_escalation_happens_as_often_as_it_is_thrown() -> None:
    inside = [start("is"), user("a"), throw("one", "escalation", "late"), throw("two", "escalation", "late"), user("b")]
    inside.append(throw("three", "escalation", "loud", "endEvent"))
    box = sub("box", inside, ["is -> a -> one -> two -> b -> three"])
    events = [boundary("k", "box", "escalation", "late", False, escalationCodeVariable="why"), user("y"), end("ye")]
    run = drawn([box, *events, user("z")], ["s -> box -> z -> e", "k -> y -> ye"])
    run.do("a", v=1).at("b", "y", "y")
    assert run.data("y") == {"v": 1, "why": "late"}
    run.do("b").at("y", "y", "z")
    assert [(one.kind, one.code) for one in run.left()] == [("escalation", "loud")]
    assert run.data("z") == {"v": 1}
    run.do("y", "y", "z").ended()


def test_an_escalation_that_interrupts_opens_nothing_of_what_follows_it() -> None:
    inside = [start("is"), user("a"), throw("esc", "escalation", "late"), user("b"), end("ie")]
    box = sub("box", inside, ["is -> a -> esc -> b -> ie"])
    run = drawn([box, boundary("k", "box", "escalation"), user("z")], ["s -> box -> z -> e", "k -> z"])
    run.told.news()
    run.do("a", v=1).at("z")
    assert run.told.news() == [
        "completed a",
        "completed esc",
        "completed k",
        "completed z__merge",
        "entered z",
        "cancelled box",
    ]
    assert run.data("z") == {"v": 1}


def test_nobody_from_without_makes_an_error_happen() -> None:
    run = nested([boundary("k_out", "outer", "error", "E1")], []).armed()
    events = run.execution._workflow.event_manager.tasks.values()
    (waiting,) = [event.id for event in events if event.task_spec.bpmn_id == "k_out"]
    with pytest.raises(EventNotAwaited):
        run.execution.fire(waiting)


def test_a_timer_and_an_error_on_one_border() -> None:
    """Whichever comes first takes the other away."""
    events = [timer("t", "inner", "PT1H"), boundary("k", "inner", "error")]
    nested([], events).fire("t").at("c", "on_t").armed().do("on_t", "c").at("z")
    nested([], events).do("a").at("c", "on_k").armed().do("on_k", "c").at("z")
    nested([], events).do("b").at("a", "c").armed("t")


def test_an_error_in_a_fired_branch_strikes_the_scope_it_stands_in() -> None:
    inside = [start("is"), user("a"), timer("tick", "a", "R/PT1H", "timeCycle", False), user("y")]
    inside += [throw("fail", "error", "E1", "endEvent"), end("ie")]
    box = sub("box", inside, ["is -> a -> ie", "tick -> y -> fail"])
    run = drawn([box, boundary("k", "box", "error"), user("z")], ["s -> box -> z -> e", "k -> z"])
    run.fire("tick", "tick").at("a", "y", "y").do("y").at("z").armed().do("z").ended()
