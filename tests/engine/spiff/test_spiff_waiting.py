"""Messages, signals and timers that are waited for: who hears, who is taken away, what each sees."""

from __future__ import annotations

from typing import Any

import pytest

from engine.spiff.errors import EventNotAwaited
from tests.engine.definition.drawings import (
    Node,
    boundary,
    catch,
    declared,
    drawing,
    end,
    events,
    exclusive,
    flow,
    parallel,
    receive,
    send,
    service,
    start,
    sub,
    timer,
    user,
)
from tests.engine.spiff.cases import OUTSIDE, Run, Told

NAMES = declared(message=["paid"], signal=["storm"])
CHOICE = [events("g"), catch("m", "message", "paid"), catch("t", "timer", "PT1H"), receive("r", "message_paid")]
WAYS = ["g -> m -> z", "g -> t -> y -> z", "g -> r -> z"]


def drawn(nodes: list[Node], flows: list[Any], saving: bool = True, told: Told | None = None, **data: Any) -> Run:
    return Run(drawing("p", [start("s"), *nodes, end("e")], flows, extra=NAMES), data, saving=saving, told=told)


@pytest.mark.parametrize(("first", "then"), [("m", "z"), ("t", "y"), ("r", "z")])
def test_the_first_event_takes_the_others_away(first: str, then: str) -> None:
    run = drawn([*CHOICE, user("y"), user("z")], ["s -> g", *WAYS, "z -> e"], v=0).armed("m", "r", "t")
    others = {one.element.id: one.task_id for one in run.execution.waiting_events()}
    run.told.news()
    run.receive(first, v=1).at(then).armed()
    assert run.data(then) == {"v": 0 if first == "t" else 1}
    assert ("cancelled r" in run.told.news()) == (first != "r")
    for task_id in others.values():
        with pytest.raises(EventNotAwaited):
            run.execution.fire(task_id)


def test_of_several_timers_each_leads_its_own_way() -> None:
    """Stock: with the longer drawn first, nothing fires at the shorter, and then the wrong way is taken."""
    nodes = [events("g"), catch("t3", "timer", "PT3H"), catch("t1", "timer", "PT1H"), user("slow"), user("fast")]
    flows = ["s -> g -> t3 -> slow -> e", "g -> t1 -> fast -> e"]
    drawn(nodes, flows).armed("t1", "t3").fire("t1").at("fast").armed().do("fast").ended()
    drawn(nodes, flows).fire("t3").at("slow").armed().do("slow").ended()


def test_a_gateway_in_a_drawn_loop() -> None:
    nodes = [exclusive("back"), *CHOICE, user("y"), user("z"), exclusive("more")]
    flows = ["s -> back -> g", *WAYS, "z -> more", flow("more", "back", "${more}"), flow("more", "e", default=True)]
    run = drawn(nodes, flows)
    for first in ("m", "t", "r", "t", "m"):
        run.armed("m", "r", "t").receive(first).armed()
        if first == "t":
            run.do("y")
        run.do("z", more=True)
    run.receive("m").do("z", more=False).ended()


def test_a_gateway_in_a_sub_process_that_is_taken_away() -> None:
    inside = sub("box", [start("bs"), *CHOICE, user("y"), user("z"), end("be")], ["bs -> g", *WAYS, "z -> be"])
    run = drawn([inside, timer("late", "box", "PT9H"), user("c")], ["s -> box -> c -> e", "late -> c"])
    run.armed("late", "m", "r", "t").told.news()
    run.fire("late").at("c").armed()
    assert sorted(one for one in run.told.news() if "cancelled" in one) == ["cancelled box", "cancelled r"]


def test_two_gateways_side_by_side_do_not_touch_each_other() -> None:
    nodes, flows = [parallel("split"), parallel("join")], ["s -> split", "join -> e"]
    for n in "12":
        nodes += [
            events(f"g{n}"),
            catch(f"m{n}", "message", "paid"),
            catch(f"t{n}", "timer", "PT1H"),
            exclusive(f"x{n}"),
        ]
        flows += [f"split -> g{n} -> m{n} -> x{n} -> join", f"g{n} -> t{n} -> x{n}"]
    run = drawn(nodes, flows).armed("m1", "m2", "t1", "t2").receive("m2").armed("m1", "t1").fire("t1").ended()
    assert run.told.log.count(("completed", "join")) == 1


def test_two_branches_wait_for_one_message_and_each_is_reached_alone() -> None:
    nodes = [
        parallel("split"),
        catch("m1", "message", "paid"),
        receive("m2", "message_paid"),
        parallel("join"),
        user("z"),
    ]
    run = drawn(nodes, ["s -> split -> m1 -> join -> z -> e", "split -> m2 -> join"], v=0)
    run.receive("m2", v=2).armed("m1").receive("m1", w=1).at("z")
    assert run.data("z") == {"v": 2, "w": 1}


def test_a_wait_sees_its_own_branch_alone() -> None:
    nodes = [parallel("split"), user("a"), catch("m", "message", "paid"), user("b"), parallel("join"), user("z")]
    run = drawn(nodes, ["s -> split -> a -> m -> join -> z -> e", "split -> b -> join"], v=0)
    run.do("b", v=2).do("a", w=1)
    assert run.waiting_for("m")[0].data == {"v": 0, "w": 1}
    run.receive("m", x=3)
    assert run.data("z") == {"v": 2, "w": 1, "x": 3}


def test_a_border_sees_a_scope_with_waits_in_it() -> None:
    inside = [start("bs"), parallel("split"), user("a"), catch("m", "message", "paid"), user("b"), end("be")]
    box = sub("box", inside, ["bs -> split -> a -> m -> be", "split -> b -> be"])
    run = drawn([box, timer("late", "box", "PT1H"), user("z")], ["s -> box -> z -> e", "late -> z"], v=0)
    run.do("a", by_a=1).fire("late")
    assert run.data("z") == {"v": 0, "by_a": 1}


@pytest.mark.parametrize("host", ["receive", "catch"])
def test_a_receive_task_with_a_time_limit(host: str) -> None:
    node = (
        receive("x", "message_paid")
        if host == "receive"
        else sub("x", [start("xs"), catch("xm", "message", "paid"), end("xe")], ["xs -> xm -> xe"])
    )
    run = drawn([node, timer("late", "x", "PT1H"), user("y"), user("z")], ["s -> x -> z -> e", "late -> y -> e"])
    awaited = "x" if host == "receive" else "xm"
    run.armed("late", awaited).receive(awaited, v=1).at("z").armed().do("z").ended()
    run = drawn([node, timer("late", "x", "PT1H"), user("y"), user("z")], ["s -> x -> z -> e", "late -> y -> e"])
    run.told.news()
    run.fire("late").at("y").armed()
    assert run.told.news() == ["completed late", "entered y", "cancelled x"]


def test_a_message_that_does_not_interrupt_may_come_again() -> None:
    nodes = [user("a"), boundary("k", "a", "message", "paid", False), user("y"), user("z"), end("ye")]
    run = drawn(nodes, ["s -> a -> z -> e", "k -> y -> ye"], v=0)
    run.receive("k", v=1).receive("k", v=2).at("a", "y", "y").armed("k")
    assert [task.data["v"] for task in run.execution.open_tasks() if task.element.id == "y"] == [1, 2]
    assert run.timer("k").firings == 2
    run.do("a").at("y", "y", "z").armed()
    assert run.data("z") == {"v": 0}
    run.do("y", "y", "z").ended()


def test_a_case_that_only_waits() -> None:
    """No open step, nothing to do: only an event can go on."""
    run = drawn([catch("m", "message", "paid"), catch("t", "timer", "PT1H")], ["s -> m -> t -> e"])
    run.at().armed("m").receive("m", v=1).at().armed("t").fire("t").ended()


def test_an_event_that_has_happened_does_not_happen_again() -> None:
    run = drawn([catch("m", "message", "paid"), user("z")], ["s -> m -> z -> e"])
    waited = run.timer("m").task_id
    run.receive("m")
    for _ in range(2):
        with pytest.raises(EventNotAwaited):
            run.execution.fire(waited, {})
        run.save()


@pytest.mark.parametrize("kind", ["send", "end", "throw", "decision"])
def test_whatever_is_sent_by_a_service_outside_waits_for_its_answer(kind: str) -> None:
    inner = '<messageEventDefinition camunda:type="external" camunda:topic="test.note"/>'
    node = {
        "send": send("x", "message_paid", type="external", topic="test.note"),
        "end": Node("endEvent", "x", {}, inner),
        "throw": Node("intermediateThrowEvent", "x", {}, inner),
        "decision": Node("businessRuleTask", "x", {"camunda:type": "external", "camunda:topic": "test.note"}),
    }[kind]
    flows = ["s -> a -> x"] + ([] if kind == "end" else ["x -> z -> e"]) + (["a -> z -> e"] if kind == "end" else [])
    run = drawn([user("a"), node, user("z")], flows, told=Told(x=lambda _: OUTSIDE)).do("a").busy("x")
    assert ("completed", "x") not in run.told.log
    run.finish("x", v=1).at("z").busy()
    assert run.told.log.count(("completed", "x")) == 1
    run.do("z").ended()


def test_a_service_outside_that_is_taken_away_is_told_of() -> None:
    nodes = [service("x", "test.note"), timer("late", "x", "PT1H"), user("z")]
    run = drawn(nodes, ["s -> x -> z -> e", "late -> z"], told=Told(x=lambda _: OUTSIDE)).busy("x")
    run.told.news()
    run.fire("late").at("z").busy()
    assert run.told.news() == ["completed late", "completed z__merge", "entered z", "cancelled x"]


def test_a_receive_task_in_a_drawn_loop_is_entered_in_every_round() -> None:
    """Stock: an event that happens touches the waits that are predicted for later rounds."""
    nodes = [exclusive("back"), receive("r", "message_paid"), user("a"), exclusive("more")]
    flows = ["s -> back -> r -> a -> more", flow("more", "back", "${more}"), flow("more", "e", default=True)]
    for saving in (False, True):
        run = drawn(nodes, flows, saving)
        for _ in range(4):
            run.receive("r").do("a", more=True)
        assert run.told.log.count(("entered", "r")) == 5
        assert run.told.log.count(("completed", "r")) == 4
