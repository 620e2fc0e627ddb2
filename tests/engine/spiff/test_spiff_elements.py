"""Every element of the profile in every place, saved and loaded between every two steps; its trace is asserted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from engine.definition.profile import ALLOWED_TRIGGERS
from engine.definition.vocabulary import ACTIVITIES, GATEWAYS
from tests.engine.definition.drawings import (
    catch,
    declared,
    drawing,
    end,
    exclusive,
    flow,
    parallel,
    start,
    sub,
    throw,
    user,
)
from tests.engine.spiff import pieces
from tests.engine.spiff.cases import Run, Told
from tests.engine.spiff.pieces import Piece

NAMES = declared(message=["paid"], signal=["storm"], error=["no_spare"], escalation=["no_spare"])
COMES_WITH = {"n": 7, "more": False}

Place = Callable[[Piece], bytes]


def top(piece: Piece) -> bytes:
    return drawing(
        "p",
        [start("S"), *piece.nodes, user("Z"), end("E")],
        [f"S -> {piece.first}", *piece.flows, f"{piece.last} -> Z -> E"],
        extra=NAMES,
    )


def inside(piece: Piece) -> bytes:
    box = sub(
        "BOX",
        [start("BS"), *piece.nodes, end("BE")],
        [f"BS -> {piece.first}", *piece.flows, f"{piece.last} -> BE"],
    )
    return drawing("p", [start("S"), box, user("Z"), end("E")], ["S -> BOX -> Z -> E"], extra=NAMES)


def loop(piece: Piece) -> bytes:
    nodes = [start("S"), exclusive("M"), *piece.nodes, user("R"), exclusive("MORE"), user("Z"), end("E")]
    flows = [f"S -> M -> {piece.first}", *piece.flows, f"{piece.last} -> R -> MORE"]
    return drawing(
        "p", nodes, [*flows, flow("MORE", "M", "${more}"), flow("MORE", "Z", default=True), "Z -> E"], extra=NAMES
    )


def beside(piece: Piece) -> bytes:
    nodes = [start("S"), parallel("SPLIT"), user("B"), *piece.nodes, parallel("JOIN"), user("Z"), end("E")]
    flows = [f"S -> SPLIT -> {piece.first}", *piece.flows, f"{piece.last} -> JOIN", "SPLIT -> B -> JOIN -> Z -> E"]
    return drawing("p", nodes, flows, extra=NAMES)


def play(run: Run, piece: Piece, told: list[str], came_with: Mapping[str, Any] = COMES_WITH) -> None:
    """The story of the piece. `told`: what was told when the token came to it, `came_with`: its data then."""
    for step in piece.story:
        if step.act is not None:
            step.act(run)
            told = run.told.news()
        assert _of(told, piece.ids) == [part for part in step.told.split(", ") if part]
        stands = [*run.open(), *run.waiting(), *run.busy_elements()]
        assert sorted(id for id in stands if id in piece.ids) == sorted(step.stands.split())
        for element, data in step.sees.items():
            assert run.data(element) == {**came_with, **data}


def _of(told: list[str], ids: frozenset[str]) -> list[str]:
    return [one for one in told if one.partition(" ")[2] in ids]


def _around(told: list[str], piece: Piece) -> list[str]:
    return [one for one in told if one.partition(" ")[2] not in piece.ids]


def begin(content: bytes, piece: Piece) -> Run:
    return Run(content, COMES_WITH, saving=True, told=Told(**piece.calls))


@pytest.mark.parametrize("key", pieces.ALL)
def test_at_the_top(key: str) -> None:
    piece = pieces.ALL[key]
    run = begin(top(piece), piece)
    play(run, piece, run.told.news())
    run.at("Z").armed()
    assert run.data("Z") == {**COMES_WITH, **piece.leaves}
    run.do("Z").ended()
    assert run.told.news() == ["completed Z", "completed E"]


@pytest.mark.parametrize("key", pieces.ALL)
def test_inside_a_sub_process(key: str) -> None:
    piece = pieces.ALL[key]
    run = begin(inside(piece), piece)
    told = run.told.news()
    assert _around(told, piece)[:3] == ["completed S", "entered BOX", "completed BS"]
    play(run, piece, told)
    run.at("Z").armed()
    assert run.data("Z") == {**COMES_WITH, **piece.leaves}
    assert _around(told + run.told.everything, piece)[-3:] == ["completed BE", "completed BOX", "entered Z"]
    run.do("Z").ended()


@pytest.mark.parametrize("key", pieces.ALL)
def test_inside_a_loop(key: str) -> None:
    piece = pieces.ALL[key]
    run = begin(loop(piece), piece)
    told = run.told.news()
    came_with: dict[str, Any] = COMES_WITH
    for more in (True, True, False):
        play(run, piece, told, came_with)
        run.at("R")
        came_with = {**run.data("R"), "more": more}
        assert came_with == {**COMES_WITH, **piece.leaves, "more": more}
        run.do("R", more=more)
        told = run.told.news()
        assert _around(told, piece)[:2] == ["completed R", "completed MORE"]
    run.at("Z").do("Z").ended()


@pytest.mark.parametrize("key", pieces.ALL)
def test_beside_a_parallel_branch(key: str) -> None:
    piece = pieces.ALL[key]
    run = begin(beside(piece), piece)
    play(run, piece, run.told.news())
    run.at("B")
    run.told.news()
    run.do("B", b=1)
    assert run.told.news() == ["completed B", "completed JOIN", "entered Z"]
    assert run.data("Z") == {**COMES_WITH, **piece.leaves, "b": 1}
    run.do("Z").ended()


# -- the ends and starts of a case itself -------------------------------------------------------------------------


@pytest.mark.parametrize("trigger", ["message", "signal", "escalation"])
def test_an_end_of_the_case_that_throws(trigger: str) -> None:
    what = {"message": "paid", "signal": "storm", "escalation": "no_spare"}[trigger]
    content = drawing("p", [start("s"), user("a"), throw("x", trigger, what, "endEvent")], ["s -> a -> x"], extra=NAMES)
    run = Run(content, saving=True)
    run.told.news()
    run.do("a", v=1).ended()
    assert run.told.thrown == ([] if trigger == "escalation" else [(trigger, what)])
    assert run.told.news() == ["completed a", *(["thrown x"] if trigger != "escalation" else []), "completed x"]
    assert run.execution.data == {"v": 1}
    left = [(one.kind, one.code) for one in run.left()]
    assert left == ([("escalation", "no_spare")] if trigger == "escalation" else [])
    assert run.left() == []


def test_an_error_that_nobody_catches_ends_all_that_goes_on() -> None:
    box = sub("box", [start("bs"), user("b"), end("be")], ["bs -> b -> be"])
    nodes = [start("s"), parallel("split"), user("a"), box, throw("x", "error", "no_spare", "endEvent"), end("e")]
    run = Run(drawing("p", nodes, ["s -> split -> a -> x", "split -> box -> e"], extra=NAMES), saving=True)
    run.told.news()
    run.do("a").ended()
    assert run.told.news() == ["completed a", "completed x", "cancelled box", "cancelled b"]
    assert [(one.kind, one.code) for one in run.left()] == [("error", "no_spare")]


@pytest.mark.parametrize("trigger", ["message", "signal", "timer"])
def test_each_start_event_is_taken_alone(trigger: str) -> None:
    what = {"message": "paid", "signal": "storm", "timer": "PT1H"}[trigger]
    nodes = [start("s"), catch("t", trigger, what, "startEvent"), user("a"), user("b"), end("e")]
    content = drawing("p", nodes, ["s -> a -> e", "t -> b -> e"], extra=NAMES)
    for at, told, stands in (
        (None, ["completed s", "entered a"], "a"),
        ("s", ["completed s", "entered a"], "a"),
        ("t", ["completed t", "entered b"], "b"),
    ):
        run = Run(content, {"v": 1}, saving=True, at=at).at(stands).armed()
        assert run.told.news() == told
        assert run.data(stands) == {"v": 1}
        run.do(stands).ended()


def test_a_process_without_a_plain_start_begins_at_its_first() -> None:
    nodes = [
        catch("t", "message", "paid", "startEvent"),
        catch("u", "signal", "storm", "startEvent"),
        user("a"),
        end("e"),
    ]
    content = drawing("p", nodes, ["t -> a", "u -> a -> e"], extra=NAMES)
    assert Run(content, saving=True).at("a").told.news() == ["completed t", "completed a__merge", "entered a"]
    assert Run(content, saving=True, at="u").at("a").told.news() == ["completed u", "completed a__merge", "entered a"]


# -- the list itself ----------------------------------------------------------------------------------------------

STARTS_OF_A_CASE = {"startEvent message", "startEvent signal", "startEvent timer"}  # above


def test_every_element_of_the_profile_has_a_piece() -> None:
    assert positive_list() - pieces.ALL.keys() == STARTS_OF_A_CASE


def positive_list() -> set[str]:
    """Element, event and way as the profile knows them."""
    found: set[str] = {*ACTIVITIES, *GATEWAYS}
    found |= {f"{activity} {how}" for activity in ACTIVITIES for how in ("parallel", "sequential", "loop")}
    for kind, triggers in ALLOWED_TRIGGERS.items():
        for trigger in triggers:
            name = f"{kind} {trigger.removesuffix('EventDefinition')}".strip()
            ways: Any = [name]
            if kind == "boundaryEvent":
                ways = [
                    f"{name} {how}" for how in ("interrupting", "beside") if (trigger[:5], how) != ("error", "beside")
                ]
            found.update(ways)
    return found
