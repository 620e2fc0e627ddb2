"""Inclusive gateways: every way whose condition holds, and a join that waits for all that may come, and no longer."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from engine.spiff.errors import NoConditionHolds
from engine.spiff.workflow import Token
from tests.engine.definition.drawings import (
    Flow,
    Node,
    boundary,
    declared,
    drawing,
    end,
    exclusive,
    flow,
    inclusive,
    parallel,
    start,
    sub,
    throw,
    timer,
    user,
)
from tests.engine.spiff.cases import Run

NAMES = declared(error=["no_spare"])
WAYS = "abc"


def choice(*ways: str, default: str = "", source: str = "o") -> list[str | Flow]:
    """Flows to the ways whose letters stand in `ways`."""
    found: list[str | Flow] = [flow(source, way, f"${{'{way}' in ways}}") for way in ways]
    return found + ([flow(source, default, default=True)] if default else [])


def opened(*more: Node, flows: list[str | Flow] | None = None, **data: Any) -> Run:
    """o opens a, b, c by choice; j joins them."""
    nodes = [start("s"), inclusive("o"), *(user(way) for way in WAYS), inclusive("j"), user("z"), end("e"), *more]
    ways = flows or [*choice("a", "b", default="c"), *(f"{way} -> j" for way in WAYS)]
    return Run(drawing("p", nodes, ["s -> o", *ways, "j -> z -> e"], extra=NAMES), data, saving=True)


@pytest.mark.parametrize(("ways", "taken"), [("ab", "ab"), ("a", "a"), ("b", "b"), ("", "c"), ("xyz", "c")])
def test_each_way_whose_condition_holds_else_the_default(ways: str, taken: str) -> None:
    for order in permutations(taken):
        run = opened(ways=ways).at(*taken)
        for way in order:
            assert "z" not in run.open()
            run.do(way, **{f"by_{way}": 1})
        run.at("z")
        assert run.data("z") == {"ways": ways, **{f"by_{way}": 1 for way in taken}}
        assert run.told.log.count(("completed", "j")) == 1
        run.do("z").ended()


def test_no_condition_holds_and_there_is_no_default() -> None:
    with pytest.raises(NoConditionHolds, match="“o”"):
        opened(flows=[*choice(*WAYS), *(f"{way} -> j" for way in WAYS)], ways="")


@pytest.mark.parametrize("ways", ["ab", "a", "b"])
def test_a_direct_flow_beside_a_step(ways: str) -> None:
    """o leads to the join itself and to a step before it."""
    flows = [flow("o", "a", "${'a' in ways}"), flow("o", "j", "${'b' in ways}"), flow("o", "b", default=True)]
    run = opened(flows=[*flows, "a -> j", "b -> c -> j"], ways=ways)
    if "a" in ways:
        run.at("a").do("a")
    run.at("z").do("z").ended()
    assert run.told.log.count(("completed", "j")) == 1


def test_two_direct_flows_are_one_arrival_each() -> None:
    flows = [flow("o", "j", "${true}", id="f1"), flow("o", "j", "${1 < 2}", id="f2"), flow("o", "a", default=True)]
    run = opened(flows=[*flows, "a -> b -> c -> j"], ways="").at("z")
    assert run.told.log.count(("completed", "j")) == 1
    run.do("z").ended()


def test_a_branch_that_ends_elsewhere_is_not_waited_for() -> None:
    run = opened(end("other"), flows=[*choice("a", "b", default="c"), "a -> j", "b -> other", "c -> j"], ways="ab")
    run.do("a").at("b", "z").do("z", "b").ended()


def test_a_branch_may_turn_away_from_the_join() -> None:
    """While it may come it is waited for; once it has turned away the join goes on."""
    ways: list[str | Flow] = [*choice("a", "b", default="c"), "a -> j", "b -> turn", "c -> j"]
    ways += [flow("turn", "away", "${away}"), flow("turn", "j", default=True), "away -> other"]
    run = opened(exclusive("turn"), user("away"), end("other"), flows=ways, ways="ab").do("a").at("b")
    run.do("b", away=True).at("away", "z").do("away", "z").ended()
    run = opened(exclusive("turn"), user("away"), end("other"), flows=ways, ways="ab").do("a").at("b")
    run.do("b", away=False).at("z").do("z").ended()


@pytest.mark.parametrize("kind", ["timer", "error"])
def test_a_branch_that_is_taken_away_is_waited_for_no_longer(kind: str) -> None:
    inside = [start("bs"), user("i"), throw("fail", "error", "no_spare", "endEvent")]
    event = timer("k", "b", "PT1H") if kind == "timer" else boundary("k", "b", "error")
    nodes = [start("s"), inclusive("o"), user("a"), sub("b", inside, ["bs -> i -> fail"]), event]
    nodes += [inclusive("j"), user("z"), end("e"), end("gone")]
    flows = ["s -> o", *choice("a", "b"), "a -> j", "b -> j -> z -> e", "k -> gone"]
    run = Run(drawing("p", nodes, flows, extra=NAMES), {"ways": "ab"}, saving=True).do("a").at("i")
    run.fire("k") if kind == "timer" else run.do("i")
    run.at("z").do("z").ended()


@pytest.mark.parametrize("interrupting", [True, False])
@pytest.mark.parametrize("fires", [True, False])
def test_a_way_out_of_a_border_is_waited_for(interrupting: bool, fires: bool) -> None:
    """The timer on b leads to the join: while it waits it may come."""
    flows: list[str | Flow] = [
        *choice("a", "b", default="c"),
        "a -> j",
        "b -> y",
        "c -> j",
        "k -> x -> j",
        "y -> other",
    ]
    more = [timer("k", "b", "PT1H", interrupting=interrupting), user("x"), user("y"), end("other")]
    run = opened(*more, flows=flows, ways="ab").do("a").at("b")
    if fires:
        run.fire("k").at("x", *([] if interrupting else ["b"])).do("x", late=1)
    else:
        assert "z" not in run.open()
        run.do("b")
    assert run.told.log.count(("completed", "j")) == 1
    assert run.data("z").get("late") == (1 if fires else None)


def test_in_a_drawn_loop() -> None:
    """Stock: the arrivals of the first round count in the second, where the join fires too early."""
    nodes = [start("s"), exclusive("m"), inclusive("o"), *(user(way) for way in WAYS), inclusive("j")]
    nodes += [user("z"), exclusive("more"), end("e")]
    flows = ["s -> m -> o", *choice("a", "b", default="c"), *(f"{way} -> j" for way in WAYS), "j -> z -> more"]
    flows += [flow("more", "m", "${more}"), flow("more", "e", default=True)]
    run = Run(drawing("p", nodes, flows), {"ways": "ab"}, saving=True)
    for ways in ("ab", "a", "b", "", "ab"):
        run.at(*(ways or "c"))
        for way in ways or "c":
            run.do(way)
        run.at("z").do("z", more=True, ways={"ab": "a", "a": "b", "b": ""}.get(ways, "ab"))
    run.at("a").do("a").do("z", more=False).ended()
    assert run.told.log.count(("completed", "j")) == 6


def test_within_each_other() -> None:
    """o opens a and p; p opens b and c, joined by q; j joins all."""
    nodes = [start("s"), inclusive("o"), inclusive("p_"), *(user(way) for way in WAYS), inclusive("q"), inclusive("j")]
    flows = ["s -> o", *choice("a", "p_"), *choice("b", "c", source="p_"), "b -> q", "c -> q -> j", "a -> j -> z -> e"]
    for order in permutations(WAYS):
        run = Run(drawing("p", [*nodes, user("z"), end("e")], flows), {"ways": ["a", "p_", "b", "c"]}, saving=True)
        for number, way in enumerate(order):
            assert run.open() == sorted(order[number:])
            run.do(way)
        run.at("z").do("z").ended()


def test_an_inclusive_join_after_a_parallel_split_and_the_other_way_round() -> None:
    nodes = [start("s"), parallel("o"), *(user(way) for way in WAYS), inclusive("j"), user("z"), end("e")]
    flows = ["s -> o", *(f"o -> {way} -> j" for way in WAYS), "j -> z -> e"]
    run = Run(drawing("p", nodes, flows), saving=True).do("c", "a").at("b").do("b").at("z").do("z").ended()
    assert run.told.log.count(("completed", "j")) == 1


def test_a_join_in_a_scope_does_not_wait_for_what_is_outside() -> None:
    inside = [start("bs"), inclusive("o"), user("a"), user("b"), inclusive("j"), user("i"), end("be")]
    box = sub("box", inside, ["bs -> o", *choice("a", "b"), "a -> j", "b -> j -> i -> be"])
    nodes = [start("s"), parallel("split"), box, user("c"), parallel("join"), end("e")]
    run = Run(
        drawing("p", nodes, ["s -> split -> box -> join -> e", "split -> c -> join"]), {"ways": "ab"}, saving=True
    )
    run.do("a", "b").at("c", "i").do("i", "c").ended()


def test_a_default_way_that_is_also_a_way_back() -> None:
    """From the join's own way out a token goes back round: it is not waited for by itself."""
    nodes = [start("s"), exclusive("m"), user("a"), inclusive("o"), user("b"), end("e")]
    flows: list[str | Flow] = [
        "s -> m -> a -> o",
        flow("o", "m", "${more}"),
        flow("o", "b", "${side}"),
        flow("o", "e", default=True),
        "b -> e",
    ]
    run = Run(drawing("p", nodes, flows), saving=True).do("a", more=True, side=True).at("a", "b")
    run.do("a", more=False, side=False).at("b").do("b").ended()


def test_arrivals_that_were_taken_in_are_not_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two wait; the third goes elsewhere; the first fires and takes the second out of the tree."""
    stock = Token._ready

    def ready(task: Token) -> None:
        assert task.id in task.workflow.tasks
        stock(task)

    monkeypatch.setattr(Token, "_ready", ready)
    ways: list[str | Flow] = [flow("o", "a", "${true}"), flow("o", "b", "${true}"), flow("o", "c", "${true}")]
    ways += [flow("o", "x", default=True), "a -> j", "b -> j", "c -> turn", "x -> j"]
    ways += [flow("turn", "j", "${stay}"), flow("turn", "other", default=True)]
    run = opened(user("x"), exclusive("turn"), end("other"), flows=ways, stay=False)
    run.do("a", "b").at("c").do("c").at("z").do("z").ended()
