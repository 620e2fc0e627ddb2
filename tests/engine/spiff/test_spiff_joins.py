"""Parallel joins: one token from each flow, in loops too, and each branch brings what it changed."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from typing import Any

import pytest

from engine.spiff.errors import NothingGoesOn
from engine.spiff.tokens import merge
from tests.engine.definition.drawings import (
    Flow,
    catch,
    declared,
    drawing,
    end,
    exclusive,
    flow,
    parallel,
    script,
    start,
    sub,
    user,
)
from tests.engine.spiff import shapes
from tests.engine.spiff.cases import Run, specification

both = pytest.mark.parametrize("saving", [False, True], ids=["live", "saved"])


@both
@pytest.mark.parametrize("order", list(permutations(["b2", "d", "f"])), ids="-".join)
def test_a_join_in_a_drawn_loop_waits_for_all_in_every_round(saving: bool, order: Sequence[str]) -> None:
    """Stock: from round 2 on it fires on the first arrival."""
    run = Run(shapes.BLOCK_LOOP, {"again": True}, saving=saving)
    for again in (True, True, False):
        run.do("a", "b1")
        for done, step in enumerate(order):
            run.at(*order[done:]).do(step)
        run.at("c").do("c", again=again)
    run.ended()


@both
def test_rounds_of_a_block_with_changing_orders(saving: bool) -> None:
    run = Run(shapes.BLOCK_LOOP, {"again": True}, saving=saving)
    for order in permutations(["b1", "d", "f"]):
        run.do("a", *order).at("b2").do("b2").at("c").do("c", again=True)
    assert run.at("a").told.news().count("completed join") == 6


AUTOMATIC_ROUNDS = drawing(
    "rounds",
    [
        start("s"),
        user("a"),
        exclusive("m"),
        parallel("split"),
        script("b", "b = b + 1"),
        script("d", "d = d + 1"),
        script("f", "f = f + 1"),
        parallel("join"),
        script("count", "n = n + 1"),
        exclusive("more"),
        user("c"),
        end("e"),
    ],
    [
        "s -> a -> m -> split -> b -> join -> count -> more",
        "split -> d -> join",
        "split -> f -> join",
        flow("more", "m", "${n < rounds}"),
        flow("more", "c", default=True),
        "c -> e",
    ],
)


@both
@pytest.mark.parametrize("rounds", [1, 2, 3, 40])
def test_whole_rounds_inside_one_command(saving: bool, rounds: int) -> None:
    run = Run(AUTOMATIC_ROUNDS, {"b": 0, "d": 0, "f": 0, "n": 0, "rounds": rounds}, saving=saving)
    run.do("a").at("c")
    assert run.data("c") == {"b": rounds, "d": rounds, "f": rounds, "n": rounds, "rounds": rounds}
    told = run.told.news()
    assert [told.count(f"completed {name}") for name in ("split", "join", "count", "b")] == [rounds] * 4
    run.do("c").ended()


MIXED_ROUNDS = drawing(
    "mixed",
    [
        start("s"),
        exclusive("m"),
        parallel("split"),
        script("b", "n = n + 1"),
        user("d"),
        parallel("join"),
        exclusive("more"),
        end("e"),
    ],
    [
        "s -> m -> split -> b -> join -> more",
        "split -> d -> join",
        flow("more", "m", "${n < 5}"),
        flow("more", "e", default=True),
    ],
)


@both
def test_the_early_arrival_of_the_next_round_does_not_fire_the_join(saving: bool) -> None:
    run = Run(MIXED_ROUNDS, {"n": 0}, saving=saving)
    for _ in range(4):
        run.at("d").do("d")
    run.at("d").do("d").ended()
    assert run.told.news().count("completed join") == 5


@both
def test_two_flows_from_one_gateway_to_a_join_are_two_tokens(saving: bool) -> None:
    content = drawing(
        "double",
        [start("s"), user("a"), parallel("split"), parallel("join"), *shapes.users("b", "c"), end("e")],
        ["s -> a -> split -> b -> join -> c -> e", flow("split", "join", id="f1"), flow("split", "join", id="f2")],
    )
    run = Run(content, saving=saving).do("a").at("b").do("b").at("c").do("c").ended()
    assert run.told.news().count("completed join") == 1


@both
def test_a_loop_inside_a_branch_keeps_the_other_branch(saving: bool) -> None:
    run = Run(shapes.BRANCH_LOOP, {"again": True}, saving=saving).at("a", "b").do("b", by_b=1)
    run.do("a", "a", "a").at("a").do("a", again=False).at("c")
    assert run.data("c")["by_b"] == 1


# -- data ---------------------------------------------------------------------------------------------------------


@both
def test_each_branch_brings_what_it_changed_whoever_comes_last(saving: bool) -> None:
    """Stock: the whole data of the last arrival win, and what the first had changed is lost."""
    for order in (("b1", "b2", "d", "f"), ("f", "d", "b1", "b2")):
        run = Run(shapes.BLOCK_LOOP, {"again": False, "x": 0, "y": 0, "z": 0}, saving=saving).do("a")
        for step in order:
            run.do(step, **{"b1": {"x": 1}, "b2": {}, "d": {"y": 2}, "f": {}}[step])
        assert run.at("c").data("c") == {"again": False, "x": 1, "y": 2, "z": 0}


@both
def test_in_a_second_round_too(saving: bool) -> None:
    run = Run(shapes.BLOCK_LOOP, {"again": True}, saving=saving)
    run.do("a", "b1").do("b2", b="first").do("d", d="first").do("f").do("c", again=True)
    run.do("a", "b1").do("b2", b="second").do("f").do("d")
    assert run.at("c").data("c") == {"again": True, "b": "second", "d": "first"}


@both
def test_where_two_branches_change_one_value_the_later_wins(saving: bool) -> None:
    run = Run(shapes.BLOCK_LOOP, {"again": False, "x": 0}, saving=saving).do("a")
    run.do("d", x="d").do("b1", x="b").do("f").do("b2")
    assert run.at("c").data("c")["x"] == "b"
    run = Run(shapes.BLOCK_LOOP, {"again": False, "x": 0}, saving=saving).do("a")
    run.do("b1", x="b").do("b2").do("d", x="d").do("f")
    assert run.at("c").data("c")["x"] == "d"


@both
def test_lists_are_values_and_objects_are_merged(saving: bool) -> None:
    """Stock: [1, 2] and [3] came out as [1]."""
    run = Run(shapes.BLOCK_LOOP, {"again": False, "list": [1, 2], "o": {"k": 0, "deep": {"a": 0}}}, saving=saving).do(
        "a"
    )
    run.do("d", list=[3], o={"k": 0, "deep": {"a": 0, "d": 1}}).do("b1", o={"k": 5, "deep": {"a": 0}}).do("f", "b2")
    assert run.at("c").data("c")["list"] == [3]
    assert run.data("c")["o"] == {"k": 5, "deep": {"a": 0, "d": 1}}


@both
def test_where_two_of_three_join_first_nothing_is_lost(saving: bool) -> None:
    start = {"b": 0, "d": 0, "f": 0, "z": 0}
    run = Run(shapes.PARTIAL, start, saving=saving).do("f", f=1).do("b", b=1).do("d", d=1).do("z", z=1)
    assert run.data("c") == {"b": 1, "d": 1, "f": 1, "z": 1}
    run = Run(shapes.PARTIAL, start, saving=saving).do("b", b=1).do("d", d=1).do("z", z=1).do("f", f=1)
    assert run.data("c") == {"b": 1, "d": 1, "f": 1, "z": 1}


@both
def test_branches_that_end_by_themselves_bring_their_data_out_of_a_sub_process(saving: bool) -> None:
    content = drawing(
        "out",
        [
            start("s"),
            sub(
                "box",
                [start("bs"), parallel("split"), *shapes.users("x", "y"), end("e1"), end("e2")],
                ["bs -> split -> x -> e1", "split -> y -> e2"],
            ),
            user("c"),
            end("e"),
        ],
        ["s -> box -> c -> e"],
    )
    for order in (("x", "y"), ("y", "x")):
        run = Run(content, {"x": 0, "y": 0}, saving=saving)
        for step in order:
            run.do(step, **{step: 1})
        assert run.at("c").data("c") == {"x": 1, "y": 1}


@pytest.mark.parametrize(
    ("base", "branches", "expected"),
    [
        ({}, [{"a": 1}, {"b": 2}], {"a": 1, "b": 2}),
        ({"a": 1}, [{"a": 2}, {"a": 1}], {"a": 2}),
        ({"a": 1}, [{"a": 1}, {"a": 2}], {"a": 2}),
        ({"a": 1}, [{"a": 2}, {"a": 3}], {"a": 3}),
        ({"a": 1}, [{"a": True}, {"a": 1}], {"a": True}),
        ({"a": [1]}, [{"a": [1, 2]}, {"a": [1]}], {"a": [1, 2]}),
        ({}, [{"o": {"x": 1}}, {"o": {"y": 2}}], {"o": {"x": 1, "y": 2}}),
        ({"o": {"x": 1}}, [{"o": {"x": 2}}, {"o": {"x": 1, "y": 2}}], {"o": {"x": 2, "y": 2}}),
        ({"o": 1}, [{"o": {"x": 2}}, {"o": {"y": 3}}], {"o": {"x": 2, "y": 3}}),
        ({"o": {"x": 1}}, [{"o": 5}, {"o": {"x": 2}}], {"o": {"x": 2}}),
        ({"o": {"x": 1}}, [{"o": {"x": 2}}, {"o": None}], {"o": None}),
    ],
)
def test_three_way_merge(base: dict[str, Any], branches: list[dict[str, Any]], expected: dict[str, Any]) -> None:
    before = repr((base, branches))
    assert repr(merge(base, branches)) == repr(expected)
    assert repr((base, branches)) == before


# -- a join that cannot fire ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("inside", [False, True])
def test_a_join_whose_other_branch_went_elsewhere_is_told(inside: bool) -> None:
    """Stock: the case stays as it is, with nothing to do, for ever."""
    nodes = [
        start("s"),
        user("a"),
        parallel("split"),
        exclusive("g"),
        user("b"),
        parallel("join", "会合"),
        end("e1"),
        end("e2"),
    ]
    flows: list[str | Flow] = [
        "s -> a -> split -> g",
        flow("g", "join", "${go}"),
        flow("g", "e1", default=True),
        "split -> b -> join -> e2",
    ]
    if inside:
        nodes = [start("s0"), sub("box", nodes, flows), end("e0")]
        flows = ["s0 -> box -> e0"]
    spec = specification(drawing("lost", nodes, flows))
    Run(spec, {"go": True}, saving=True).do("a", "b").ended()
    run = Run(spec, {"go": False}, saving=True).do("a").at("b")
    with pytest.raises(NothingGoesOn, match="“会合” waits for branches that will not come"):
        run.do("b")


def test_a_join_is_not_given_up_while_an_event_may_come() -> None:
    nodes = [start("s"), parallel("split"), user("b"), catch("m", "message", "M"), parallel("join"), end("e")]
    content = drawing("p", nodes, ["s -> split -> b -> join -> e", "split -> m -> join"], extra=declared(message=["M"]))
    Run(content, saving=True).do("b").armed("m").receive("m").ended()
