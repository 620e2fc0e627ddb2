"""Activities that run several times: how often, in what order, and what they bring together."""

from __future__ import annotations

from typing import Any

import pytest

from engine.spiff.errors import NoCollection, TaskNotReady, TooManyRuns
from engine.spiff.execution import Execution
from tests.engine.definition.drawings import (
    Flow,
    Node,
    again,
    boundary,
    call,
    declared,
    drawing,
    end,
    exclusive,
    flow,
    parallel,
    receive,
    script,
    service,
    several,
    start,
    sub,
    throw,
    timer,
    user,
)
from tests.engine.spiff.cases import OUTSIDE, Run, Told

NAMES = declared(message=["paid"], error=["no_spare"], escalation=["late"])
both_ways = pytest.mark.parametrize("sequential", [False, True], ids=["parallel", "sequential"])


def before_and_after(*nodes: Node, flows: list[str] | None = None) -> bytes:
    """a -> x -> z."""
    return drawing(
        "p",
        [start("s"), user("a"), *nodes, user("z"), end("e")],
        ["s -> a -> x -> z -> e", *(flows or [])],
        extra=NAMES,
    )


def each(node: Node, sequential: bool = False, **more: str) -> Node:
    return several(node, sequential, "item", "items", **more)


def box(id: str = "x", *nodes: Node, flows: list[str] | None = None) -> Node:
    """A sub-process of two steps, unless others are given."""
    inside = nodes or (user("b"), user("c"))
    return sub(id, [start(f"{id}s"), *inside, end(f"{id}e")], flows or [f"{id}s -> b -> c -> {id}e"])


def ran(content: bytes, items: Any, **data: Any) -> Run:
    return Run(content, {"items": items, **data}, saving=True).do("a")


# -- how often ----------------------------------------------------------------------------------------------------


@both_ways
def test_an_empty_collection_is_passed(sequential: bool) -> None:
    run = ran(before_and_after(each(user("x"), sequential, results="all", result="item")), [])
    run.at("z").told.news()
    assert run.data("z") == {"items": [], "all": []}


@both_ways
def test_five_hundred_items(sequential: bool) -> None:
    content = before_and_after(each(script("x", "v = item"), sequential, results="all", result="item * 2"))
    run = ran(content, list(range(500)))
    assert run.data("z")["all"] == list(range(0, 1000, 2))
    assert run.data("z").keys() == {"items", "all", "v"}
    assert run.told.log.count(("completed", "x")) == 501
    assert run.size() < 40


def test_five_hundred_open_steps() -> None:
    run = ran(before_and_after(each(user("x"))), list(range(500))).at(*["x"] * 500)
    for number in (499, 0, 250):
        run.execution.advance(run.task("x", number).task_id, {})
    run.at(*["x"] * 497).save()


@both_ways
@pytest.mark.parametrize("count", [501, 10_000])
def test_more_items_are_refused_before_the_first_run(sequential: bool, count: int) -> None:
    run = Run(before_and_after(each(user("x"), sequential)), {"items": list(range(count))})
    run.told.news()
    state = run.save()
    with pytest.raises(TooManyRuns, match=f"would run {count} times; at most 500"):
        run.do("a")
    assert run.told.news() == ["completed a", "entered x"]  # the body; no run
    assert Execution.load(run.spec, state, Told()).open_tasks()[0].element.id == "a"  # what is kept is whole


@pytest.mark.parametrize("items", [None, "abc", 3, {"a": 1}, True])
def test_a_collection_that_is_no_list(items: Any) -> None:
    with pytest.raises(NoCollection, match="“items” is neither a list nor a whole number"):
        ran(before_and_after(each(user("x"))), items)


@pytest.mark.parametrize("n", [-1, 1.5, "3", None, True, [3]])
def test_a_cardinality_that_is_no_number(n: Any) -> None:
    with pytest.raises(NoCollection):
        ran(before_and_after(several(user("x"), cardinality="${n}")), [], n=n)


@both_ways
@pytest.mark.parametrize("n", [3, 3.0, "${1 + 2}"])
def test_a_cardinality(sequential: bool, n: Any) -> None:
    node = several(user("x"), sequential, item="item", cardinality="n" if not isinstance(n, str) else n)
    run = ran(before_and_after(node), [], n=n)
    seen = []
    while run.open() != ["z"]:
        seen.append(run.data("x")["item"])
        run.do("x")
    assert seen == [0, 1, 2]


def test_a_loop_of_five_hundred_rounds_and_no_more() -> None:
    node = again(script("x", "n = n + 1"), while_="n < limit")
    assert ran(before_and_after(node), [], n=0, limit=500).data("z")["n"] == 500
    with pytest.raises(TooManyRuns, match="would run 501 times"):
        ran(before_and_after(node), [], n=0, limit=501)


@pytest.mark.parametrize(("before", "rounds"), [(True, 0), (False, 1)])
def test_a_loop_that_asks_before_or_after(before: bool, rounds: int) -> None:
    run = ran(before_and_after(again(user("x"), while_="more", before=before)), [], more=False)
    run.at(*["x"] * rounds or ["z"])


def test_a_loop_with_a_maximum() -> None:
    run = ran(before_and_after(again(user("x"), while_="more", maximum="3")), [], more=True)
    run.do("x", "x").at("x").do("x").at("z")
    run = ran(before_and_after(again(user("x"), maximum="3")), [])
    run.do("x", "x").at("x").do("x").at("z")


# -- what they bring together -------------------------------------------------------------------------------------


@both_ways
def test_a_run_s_own_variables_are_not_seen_outside(sequential: bool) -> None:
    """An outer variable of the same name is what it was, also when it is an object that looks like the item."""
    items = [{"id": 1, "tags": ["a"]}, {"id": 2}]
    outer = {"item": {"id": 9, "deep": {"x": 1}}, "loopCounter": "outer"}
    content = before_and_after(each(receive("x", "message_paid", {"sum": "1"}), sequential))
    run = ran(content, items, **outer)
    assert run.waiting_for("x")[0].data == {"items": items, "item": items[0], "loopCounter": 0}
    run.receive("x", sum=1)
    assert run.waiting_for("x")[0].data["item"] == items[1]
    run.receive("x", sum=2)
    assert run.data("z") == {"items": items, **outer, "sum": 2}


@both_ways
def test_what_a_run_makes_of_its_own_variable_is_left(sequential: bool) -> None:
    run = ran(before_and_after(each(user("x"), sequential, results="all", result="item")), [1, 2])
    run.do("x", item="one").do("x", item="two", loopCounter=77)
    assert run.data("z") == {"items": [1, 2], "all": ["one", "two"]}


def test_results_stand_in_the_order_of_the_items() -> None:
    run = ran(before_and_after(each(user("x"), results="all", result="{'of': item, 'is': v}")), ["p", "q", "r"])
    for value in ("third", "second", "first"):
        run._reload()
        run.execution.advance(run.execution.open_tasks()[-1].task_id, {"v": value})
    assert run.data("z")["all"] == [
        {"of": "p", "is": "first"},
        {"of": "q", "is": "second"},
        {"of": "r", "is": "third"},
    ]


def test_parallel_runs_bring_what_each_has_changed() -> None:
    """Three-way: what a run did not touch does not undo what another did; of the same value the later wins."""
    run = ran(before_and_after(each(user("x"))), [1, 2, 3], v=0, w=0, deep={"a": 0, "b": 0})
    run.execution.advance(run.task("x", 2).task_id, {"v": 3, "deep": {"a": 0, "b": 3}})
    run.execution.advance(run.task("x", 0).task_id, {"w": 1, "deep": {"a": 1, "b": 0}})
    run.execution.advance(run.task("x", 0).task_id, {"v": 2})
    assert run.data("z") == {"items": [1, 2, 3], "v": 2, "w": 1, "deep": {"a": 1, "b": 3}}


def test_sequential_runs_see_what_those_before_have_brought() -> None:
    run = ran(before_and_after(each(script("x", "total = total + item"), True)), [1, 2, 3], total=10)
    assert run.data("z")["total"] == 16
    run = ran(before_and_after(each(script("x", "total = total + item"))), [1, 2, 3], total=10)
    assert run.data("z")["total"] == 13  # at the same time, each from the same


def test_sequential_runs_keep_to_the_items_they_began_with() -> None:
    run = ran(before_and_after(each(user("x"), True)), ["p", "q"]).do("x", items=["only"])
    assert run.data("x")["item"] == "q"
    assert run.do("x").at("z").data("z") == {"items": ["only"]}


def test_data_are_kept_once_however_many_runs_there_are() -> None:
    text = "故障描述" * 100
    run = ran(before_and_after(each(user("x"))), [1] * 20, text=text)
    assert run.save().decode().count(text) == 1


# -- ended before their time --------------------------------------------------------------------------------------


def test_a_completion_condition_takes_the_others_away() -> None:
    until = "nrOfCompletedInstances >= 2 and nrOfActiveInstances == 1 and nrOfInstances == 3 and enough"
    node = each(box(), until=until, results="all", result="v")
    run = ran(before_and_after(node), [1, 2, 3], enough=False).at("b", "b", "b")
    run.do("b", v=1).do("b", v=2).do("c", enough=True).at("b", "c")
    run.told.news()
    run.do("c", v=5)
    run.at("z")
    assert run.told.news() == [
        "completed c",
        "completed xe",
        "completed x",
        "completed x",
        "entered z",
        "cancelled x",
        "cancelled b",
    ]
    assert run.data("z")["all"] == [1, 5, None]


def test_a_completion_condition_between_sequential_runs() -> None:
    run = ran(before_and_after(each(user("x"), True, until="v == 2")), [1, 2, 3]).do("x", v=1).do("x", v=2)
    assert run.at("z").data("z")["v"] == 2


@both_ways
@pytest.mark.parametrize("host", ["step", "box", "call"])
def test_an_interrupting_event_takes_all_runs_away(sequential: bool, host: str) -> None:
    """What ended runs have brought, and what running sub-processes have come to, is kept."""
    node = {"step": user("x"), "box": box(), "call": call("x", "other")}[host]
    content = before_and_after(each(node, sequential), timer("late", "x", "PT1H"), flows=["late -> z"])
    run = ran(content, [1, 2, 3], v=0).armed("late")
    kept: dict[str, Any] = {"v": 0}
    if host == "step":
        run.do("x", v=1)
        kept = {"v": 1}
    elif host == "call":
        run.finish("x", v=1)
        kept = {"v": 1}
    else:
        run.do("b", half=True)
        kept = {"v": 0, "half": True}
    run.told.news()
    run.fire("late").at("z").armed()
    gone = [one for one in run.told.news() if one.startswith("cancelled")]
    runs = 3 if host == "box" and not sequential else 1 if sequential else 2
    steps = {"box": ["cancelled c", *["cancelled b"] * 2] if not sequential else ["cancelled c"]}.get(host, [])
    assert sorted(gone) == sorted(["cancelled x"] * runs + steps)
    assert run.data("z") == {"items": [1, 2, 3], **kept}
    run.do("z").ended()


@both_ways
def test_an_event_that_does_not_interrupt_sees_the_whole(sequential: bool) -> None:
    content = before_and_after(
        each(user("x"), sequential),
        timer("tick", "x", "R/PT1H", "timeCycle", False),
        user("y"),
        end("ye"),
        flows=["tick -> y -> ye"],
    )
    run = ran(content, [1, 2]).do("x", v=1).fire("tick", "tick")
    assert run.at("x", "y", "y").data("y") == {"items": [1, 2], "v": 1}
    run.do("x").at("y", "y", "z").armed().do("y", "y", "z").ended()


@both_ways
def test_terminate_in_a_run_ends_that_run_alone(sequential: bool) -> None:
    inside = [start("xs"), parallel("split"), user("b"), user("c"), end("stop", terminate=True), end("xe")]
    node = each(sub("x", inside, ["xs -> split -> b -> stop", "split -> c -> xe"]), sequential)
    run = ran(before_and_after(node), [1, 2])
    run.told.news()
    run.do("b", v=1).at("b", "c")
    assert [one for one in run.told.news() if one.startswith("cancelled")] == ["cancelled c"]
    run.do("b").at("z").do("z").ended()


@both_ways
def test_an_error_in_one_run_ends_all(sequential: bool) -> None:
    inside = [start("xs"), user("b"), exclusive("g"), throw("fail", "error", "no_spare", "endEvent"), end("xe")]
    ways: list[str | Flow] = ["xs -> b -> g", flow("g", "fail", "${bad}"), flow("g", "xe", default=True)]
    node = each(sub("x", inside, ways), sequential)
    event = boundary("k", "x", "error", "no_spare", errorCodeVariable="why")
    run = ran(before_and_after(node, event, user("y"), flows=["k -> y -> z"]), [1, 2, 3], bad=False)
    run.do("b", v=1).do("b", bad=True).at("y").armed()
    assert run.data("y") == {"items": [1, 2, 3], "v": 1, "bad": True, "why": "no_spare"}
    run.do("y").at("z")


def test_an_error_of_one_outside_call_ends_all() -> None:
    event = boundary("k", "x", "error")
    content = before_and_after(each(service("x", "test.note")), event, flows=["k -> z"])
    run = Run(content, {"items": [1, 2, 3]}, saving=True, told=Told(x=lambda _: OUTSIDE)).do("a")
    run.busy("x", "x", "x").finish("x", v=1).fail("x", "E1").at("z").busy()
    assert run.data("z") == {"items": [1, 2, 3], "v": 1}


def test_the_token_of_the_whole_is_nobody_s_to_complete() -> None:
    run = ran(before_and_after(each(box())), [1, 2])
    for what, element_id, task_id in run.told.ids:
        if (what, element_id) == ("entered", "x"):
            with pytest.raises(TaskNotReady):
                run.execution.finish(task_id, {})
    run.at("b", "b")


# -- within each other, and again ---------------------------------------------------------------------------------


@both_ways
def test_runs_within_runs(sequential: bool) -> None:
    inner = several(user("b"), not sequential, "one", "item", results="inner", result="one * 10")
    outer = each(
        sub("x", [start("xs"), inner, end("xe")], ["xs -> b -> xe"]), sequential, results="all", result="inner"
    )
    run = ran(before_and_after(outer), [[1, 2], [], [3]], one="outer")
    for _ in range(3):
        run.do("b")
    assert run.at("z").data("z") == {"items": [[1, 2], [], [3]], "one": "outer", "all": [[10, 20], [], [30]]} | {
        "inner": [30]
    }


@both_ways
def test_entered_again_in_a_drawn_loop(sequential: bool) -> None:
    """Stock: raises in the second round."""
    nodes = [start("s"), exclusive("m"), each(box(), sequential), user("r"), exclusive("more"), end("e")]
    flows: list[str | Flow] = [
        "s -> m -> x -> r -> more",
        flow("more", "m", "${more}"),
        flow("more", "e", default=True),
    ]
    run = Run(drawing("p", nodes, flows), {"items": [1, 2], "more": True}, saving=True)
    for more in (True, True, False):
        run.do("b", "b", "c", "c") if not sequential else run.do("b", "c", "b", "c")
        run.at("r").do("r", more=more, items=[3, 4])
    run.ended()


def test_two_tokens_in_one_activity_have_runs_of_their_own() -> None:
    nodes = [start("s"), parallel("split"), user("p"), user("q"), each(user("x")), end("e")]
    run = Run(drawing("p_", nodes, ["s -> split -> p -> x", "split -> q -> x -> e"]), {"items": [1, 2]}, saving=True)
    run.do("p").at("q", "x", "x").do("x").do("q").at("x", "x", "x").do("x", "x", "x").ended()


def test_a_case_that_is_cancelled_tells_of_every_run() -> None:
    run = ran(before_and_after(each(box())), [1, 2])
    run.told.news()
    run.execution.cancel()
    assert sorted(run.ended().told.news()) == ["cancelled b", "cancelled b", "cancelled x", "cancelled x"]
