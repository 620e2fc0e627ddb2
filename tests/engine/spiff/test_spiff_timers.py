"""Boundary timers: they fire only when told, wait again when they should, and take away what they interrupt."""

from __future__ import annotations

import pytest

from engine.spiff.errors import EventNotAwaited, TaskNotReady
from tests.engine.definition.drawings import drawing, end, exclusive, parallel, start, sub, timer, user
from tests.engine.spiff import shapes
from tests.engine.spiff.cases import Run

both = pytest.mark.parametrize("saving", [False, True], ids=["live", "saved"])
AGAIN = {"again": False, "next_due": None}


@both
def test_two_timers_that_ask_again_on_a_sub_process(saving: bool) -> None:
    run = Run(shapes.TICKET, AGAIN, saving=saving).at("p1").armed("red", "yellow")
    waits = {}
    for firings in range(4):
        waiting = run.timer("yellow")
        assert waiting.firings == firings
        waits[waiting.task_id] = firings
        run.told.news()
        run.fire("yellow").at("p1").armed("red", "yellow")
        assert run.told.news() == [
            "completed yellow",
            "entered note_yellow",
            "service note_yellow",
            "completed note_yellow",
            "completed yellow_end",
        ]
    assert len(waits) == 4
    assert run.timer("red").firings == 0
    run.do("p1", "p2").at("recheck").armed().do("recheck").ended()


@both
def test_a_fired_timer_does_not_wait_any_more(saving: bool) -> None:
    run = Run(shapes.TICKET, AGAIN, saving=saving)
    fired = run.timer("red").task_id
    run.fire("red")
    with pytest.raises(EventNotAwaited):
        run.execution.fire(fired)
    assert run.timer("red").task_id != fired


@both
def test_steps_of_fired_branches_outlive_their_host(saving: bool) -> None:
    """Stock: they vanish with the cycle timer when the host completes."""
    run = Run(shapes.TICKET, AGAIN, saving=saving).fire("red", "red").at("p1", "supervise", "supervise")
    first, second = (task.task_id for task in run.execution.open_tasks() if task.element.id == "supervise")
    run.do("p1", "p2").at("recheck", "supervise", "supervise").armed()
    run.execution.advance(second)
    run.at("recheck", "supervise").do("recheck").at("supervise")
    assert run.task("supervise").task_id == first
    run.do("supervise").ended()


@both
def test_order_of_completions_does_not_matter(saving: bool) -> None:
    for order in (
        ("supervise", "p1", "p2", "recheck"),
        ("p1", "p2", "supervise", "recheck"),
        ("p1", "p2", "recheck", "supervise"),
    ):
        run = Run(shapes.TICKET, AGAIN, saving=saving).fire("red")
        assert not run.execution.ended
        run.do(*order).ended()
        told = run.told.news()
        assert [told.count(f"completed {step}") for step in order] == [1, 1, 1, 1]
        assert not [line for line in told if line.startswith("cancelled")]


@both
def test_rework_around_a_sub_process_while_an_earlier_branch_is_open(saving: bool) -> None:
    run = Run(shapes.TICKET, AGAIN, saving=saving).fire("red").do("p1", "p2").at("recheck", "supervise")
    run.do("recheck", again=True).at("p1", "supervise").armed("red", "yellow")
    assert run.timer("red").firings == 0
    run.fire("red", "yellow").at("p1", "supervise", "supervise")
    run.do("p1", "p2").at("recheck", "supervise", "supervise").do("recheck", again=False).at("supervise", "supervise")
    run.do("supervise").at("supervise").do("supervise").ended()


@both
def test_one_shot_timers_beside_a_step(saving: bool) -> None:
    run = Run(shapes.TIMED, AGAIN, saving=saving).at("a").armed("remind", "take_away")
    run.fire("remind").at("a", "reminder").armed("take_away")
    run.do("a").at("reminder", "x", "y").armed("too_late")
    run.do("reminder").at("x", "y").do("x", "y").at("z").do("z").at("c").armed().do("c").ended()


@both
def test_an_interrupting_timer_takes_its_step_away(saving: bool) -> None:
    run = Run(shapes.TIMED, AGAIN, saving=saving)
    step = run.task("a").task_id
    run.told.news()
    run.fire("take_away").at("instead").armed()
    assert run.told.news() == ["completed take_away", "entered instead", "cancelled a"]
    with pytest.raises(TaskNotReady):
        run.execution.advance(step)
    run.do("instead").at("x", "y")


@both
def test_a_reminder_outlives_the_step_that_is_taken_away(saving: bool) -> None:
    run = Run(shapes.TIMED, AGAIN, saving=saving).fire("remind").fire("take_away").at("instead", "reminder")
    run.do("reminder").at("instead").do("instead", "x", "y", "z", "c").ended()


@both
def test_an_interrupting_timer_takes_all_that_is_inside_away(saving: bool) -> None:
    run = Run(shapes.TIMED, AGAIN, saving=saving).do("a", "y").at("x", "z")
    run.told.news()
    run.fire("too_late").at("c").armed()
    assert run.told.news() == [
        "completed too_late",
        "completed c__merge",
        "entered c",
        "cancelled box",
        "cancelled x",
        "cancelled deep",
        "cancelled z",
    ]
    run.do("c").ended()


@both
def test_a_timer_inside_a_sub_process_goes_with_it(saving: bool) -> None:
    content = drawing(
        "inside",
        [
            start("s"),
            sub(
                "box",
                [
                    start("bs"),
                    user("x"),
                    timer("tick", "x", "PT1H", interrupting=False),
                    user("y"),
                    end("be"),
                    end("ye"),
                ],
                ["bs -> x -> be", "tick -> y -> ye"],
            ),
            timer("late", "box", "PT9H"),
            user("c"),
            end("e"),
        ],
        ["s -> box -> c -> e", "late -> c"],
    )
    run = Run(content, saving=saving).armed("late", "tick").fire("tick").at("x", "y").armed("late")
    run.do("x").at("y").armed("late")
    run.fire("late").at("c").armed().do("c").ended()


@both
def test_a_cycle_waits_again_and_a_duration_does_not(saving: bool) -> None:
    content = drawing(
        "two",
        [
            start("s"),
            user("a"),
            timer("cycle", "a", "R/PT1H", "timeCycle", interrupting=False),
            timer("once", "a", "PT1H", interrupting=False),
            end("ce"),
            end("oe"),
            end("e"),
        ],
        ["s -> a -> e", "cycle -> ce", "once -> oe"],
    )
    run = Run(content, saving=saving).armed("cycle", "once").fire("once").armed("cycle").fire("cycle", "cycle")
    assert run.armed("cycle").timer("cycle").firings == 2
    run.do("a").ended()


@both
def test_a_timer_of_the_second_round_is_a_new_one(saving: bool) -> None:
    run = Run(shapes.TIMED, AGAIN, saving=saving)
    first = run.timer("remind").task_id
    run.do("a", "x", "y", "z").do("c", again=True).at("a").armed("remind", "take_away")
    assert run.timer("remind").task_id != first
    with pytest.raises(EventNotAwaited):
        run.execution.fire(first)


@both
def test_two_firings_through_one_block_do_not_mix_their_tokens(saving: bool) -> None:
    run = Run(shapes.TIMED_BLOCK, saving=saving).fire("tick", "tick").at("a", "x", "x", "y", "y")
    run.do("x").at("a", "x", "y", "y").do("x").at("a", "y", "y")
    run.do("y").at("a", "y", "z").do("y").at("a", "z", "z")
    run.do("z", "z").at("a").do("a").ended()


@both
def test_a_join_takes_the_tokens_of_one_firing_together(saving: bool) -> None:
    run = Run(shapes.TIMED_BLOCK, saving=saving).fire("tick", "tick")
    first, second = (task.task_id for task in run.execution.open_tasks() if task.element.id == "x")
    run.execution.advance(first, {"x": 1})
    run.execution.advance(second, {"x": 2})
    _, y = (task.task_id for task in run.execution.open_tasks() if task.element.id == "y")
    run.execution.advance(y, {"y": 2})
    assert run.at("a", "y", "z").data("z") == {"x": 2, "y": 2}
    run.do("y", y=1)
    assert sorted(task.data["x"] * 10 + task.data["y"] for task in run.execution.open_tasks() if task.data) == [11, 22]


@both
def test_a_fired_branch_may_join_the_main_line(saving: bool) -> None:
    """Its arrival waits at the join; it is not swept away as a finished branch."""
    content = drawing(
        "meet",
        [
            start("s"),
            user("a"),
            timer("tick", "a", "PT1H", interrupting=False),
            parallel("join"),
            *shapes.users("x", "c"),
            end("e"),
        ],
        ["s -> a -> join -> c -> e", "tick -> x -> join"],
    )
    run = Run(content, saving=saving).fire("tick").at("a", "x").do("x", by="x").at("a").do("a", main=1).at("c")
    assert run.data("c") == {"by": "x", "main": 1}
    run.do("c").ended()


@both
def test_a_fired_branch_may_run_along_the_main_line(saving: bool) -> None:
    content = drawing(
        "second",
        [start("s"), user("a"), timer("tick", "a", "PT1H", interrupting=False), exclusive("m"), user("c"), end("e")],
        ["s -> a -> m -> c -> e", "tick -> m"],
    )
    run = Run(content, saving=saving).fire("tick").at("a", "c").do("c").at("a").do("a").at("c").do("c").ended()
    assert run.told.news().count("completed c") == 2


def test_a_branch_that_runs_by_itself_leaves_nothing_behind() -> None:
    run = Run(shapes.TICKET, AGAIN)
    run.fire("yellow")
    size = run.size()
    run.fire("yellow", "yellow", "yellow")
    assert run.size() == size


@both
def test_a_fired_branch_may_lead_back_to_its_own_host(saving: bool) -> None:
    """Stock: when the first host is done, the timers of the second wait for ever, and the case never ends."""
    run = Run(shapes.SECOND_TOKEN, AGAIN, saving=saving).fire("tick").at("a", "c")
    run.do("c", again=True).at("a", "a").armed("tick")
    outer, inner = (task.task_id for task in run.execution.open_tasks())
    run.execution.advance(outer, {"again": False})
    run.at("a", "c").armed("tick")
    run.execution.advance(inner, {"again": False})
    run.at("c", "c").armed().do("c", "c").ended()


@both
def test_an_interrupting_timer_may_lead_back_to_its_own_host(saving: bool) -> None:
    content = drawing(
        "retry",
        [start("s"), exclusive("m"), user("a"), timer("late", "a", "PT1H"), user("why"), end("e")],
        ["s -> m -> a -> e", "late -> why -> m"],
    )
    run = Run(content, saving=saving)
    for _ in range(5):
        run.at("a").armed("late").fire("late").at("why").armed().do("why")
    run.at("a").armed("late").do("a").ended()
