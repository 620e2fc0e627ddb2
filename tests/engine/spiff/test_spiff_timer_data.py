"""What boundary events see and leave: their host's present data, and nothing of a branch beside the main line."""

from __future__ import annotations

import pytest

from tests.engine.definition.drawings import drawing, end, exclusive, flow, parallel, script, start, sub, timer, user
from tests.engine.spiff import shapes
from tests.engine.spiff.cases import Run, Told

both = pytest.mark.parametrize("saving", [False, True], ids=["live", "saved"])
AGAIN = {"again": False, "next_due": None}


@both
def test_a_fired_branch_sees_what_its_host_has_come_to(saving: bool) -> None:
    run = Run(shapes.TICKET, {**AGAIN, "n": 0}, saving=saving).do("p1", n=1, engineer="e1")
    assert run.timer("red").data == {**AGAIN, "n": 1, "engineer": "e1"}
    run.fire("red")
    assert run.data("supervise") == {**AGAIN, "n": 1, "engineer": "e1"}


@both
def test_what_was_found_out_inside_is_kept_when_a_timer_interrupts(saving: bool) -> None:
    run = (
        Run(shapes.TIMED, AGAIN, saving=saving).do("a", by_a=1).do("x", by_x=2).do("y", by_y=3).fire("too_late").at("c")
    )
    assert run.data("c") == {**AGAIN, "by_a": 1, "by_x": 2, "by_y": 3}


@both
def test_of_two_branches_that_are_interrupted_the_later_change_wins(saving: bool) -> None:
    run = Run(shapes.BRANCHES, {"v": 0}, saving=saving).do("q1", v="q").do("p1", v="p").fire("late")
    assert run.data("c") == {"v": "p"}
    run = Run(shapes.BRANCHES, {"v": 0}, saving=saving).do("p1", v="p").do("q1", v="q").fire("late")
    assert run.data("c") == {"v": "q"}


@both
def test_what_a_fired_branch_changed_is_not_part_of_what_its_scope_has_come_to(saving: bool) -> None:
    run = Run(shapes.BRANCHES, {"v": 0}, saving=saving).do("p1", "q1").fire("tick").do("beside", v="beside", light=1)
    run.at("beside2", "p2", "q2").fire("late")
    assert run.data("c") == {"v": 0}


@both
def test_the_way_out_of_an_interrupted_step_is_main_line(saving: bool) -> None:
    """Its branch may end before the others do; what it found out is kept."""
    content = drawing(
        "way_out",
        [
            start("s"),
            sub(
                "box",
                [
                    start("bs"),
                    parallel("split"),
                    *shapes.users("a", "b", "x"),
                    timer("late", "a", "PT1H"),
                    end("e1"),
                    end("e2"),
                ],
                ["bs -> split -> a -> e1", "split -> b -> e2", "late -> x -> e1"],
            ),
            user("c"),
            end("e"),
        ],
        ["s -> box -> c -> e"],
    )
    run = Run(content, {"n": 0}, saving=saving).fire("late").at("b", "x").do("x", n=1).at("b").do("b", by_b=1)
    assert run.at("c").data("c") == {"n": 1, "by_b": 1}


@both
def test_what_a_terminate_end_leaves_holds_all_branches(saving: bool) -> None:
    run = Run(shapes.TERMINATE, AGAIN, saving=saving).do("y", by_y=1).do("x", by_x=2).at("c")
    assert run.data("c") == {**AGAIN, "by_y": 1, "by_x": 2}


@both
def test_what_a_fired_branch_changes_stays_in_it(saving: bool) -> None:
    """Whether it ends before or after its host: nothing comes back by accident, and no old value returns."""
    content = drawing(
        "copy",
        [
            start("s"),
            sub(
                "box",
                [
                    start("bs"),
                    *shapes.users("x", "y", "beside"),
                    timer("tick", "x", "PT1H", interrupting=False),
                    end("be"),
                    end("te"),
                ],
                ["bs -> x -> y -> be", "tick -> beside -> te"],
            ),
            user("c"),
            end("e"),
        ],
        ["s -> box -> c -> e"],
    )
    for order in (("beside", "x", "y"), ("x", "beside", "y"), ("x", "y", "beside")):
        run = Run(content, {"n": 0}, saving=saving).fire("tick")
        for step in order:
            run.do(step, **{"n": 5, "light": "red"} if step == "beside" else {step: True, "n": 1})
        assert run.at("c").data("c") == {"n": 1, "x": True, "y": True}


def test_a_waiting_timer_is_not_asked_anything_by_the_token_mover() -> None:
    run = Run(shapes.TICKET, AGAIN, told=Told(yellow=lambda _: 1 / 0, red=lambda _: 1 / 0))
    run.fire("yellow").do("p1", "p2").at("recheck")


def test_scripts_of_a_fired_branch_run_once_a_firing() -> None:
    content = drawing(
        "count",
        [
            start("s"),
            user("a"),
            timer("tick", "a", "R/PT1H", "timeCycle", interrupting=False),
            script("act", "n = n + 1"),
            exclusive("g"),
            user("x"),
            end("te"),
            end("e"),
        ],
        ["s -> a -> e", "tick -> act -> g", flow("g", "x", "${n > 1}"), flow("g", "te", default=True), "x -> te"],
    )
    run = Run(content, {"n": 0})
    run.fire("tick", "tick", "tick").at("a")
    assert run.told.news().count("script act") == 3
