"""Tokens go the drawn way, and the behaviour is told of every step once, in order."""

from __future__ import annotations

import pytest

from engine.errors import EngineError
from engine.spiff.errors import EventNotAwaited, NoConditionHolds, TaskNotReady
from engine.spiff.execution import Execution
from tests.engine.definition.drawings import (
    drawing,
    end,
    exclusive,
    flow,
    manual,
    parallel,
    script,
    service,
    start,
    sub,
    timer,
    user,
)
from tests.engine.spiff import shapes
from tests.engine.spiff.cases import Run, Told, specification

both = pytest.mark.parametrize("saving", [False, True], ids=["live", "saved"])


@both
def test_a_line(saving: bool) -> None:
    run = Run(shapes.LINE, {"x": 1}, saving=saving).at("a").do("a", y=2).at("b")
    assert run.data("b") == {"x": 1, "y": 2}
    run.do("b").at("c").do("c").ended()


@both
def test_what_is_told_in_a_line(saving: bool) -> None:
    run = Run(shapes.LINE, saving=saving)
    assert run.told.news() == ["completed s", "entered a"]
    run.do("a")
    assert run.told.news() == ["completed a", "entered b"]
    run.do("b", "c")
    assert run.told.news() == ["completed b", "entered c", "completed c", "completed e"]


def test_ids_that_are_told_are_those_of_the_open_steps() -> None:
    run = Run(shapes.LINE, saving=True)
    first = run.task("a").task_id
    run.do("a")
    assert run.told.ids[1:3] == [("entered", "a", first), ("completed", "a", first)]


@both
@pytest.mark.parametrize(("n", "way"), [(2, "b"), (1, "c")])
def test_a_choice(saving: bool, n: int, way: str) -> None:
    Run(shapes.CHOICE, saving=saving).do("a", n=n).at(way).do(way).ended()


def test_no_condition_holds_and_there_is_no_default() -> None:
    content = drawing(
        "stuck",
        [start("s"), user("a"), exclusive("g", "够不够？"), *shapes.users("b", "c"), end("e")],
        ["s -> a -> g", flow("g", "b", "${n == 1}"), flow("g", "c", "${n == 2}"), "b -> e", "c -> e"],
    )
    run = Run(content)
    with pytest.raises(NoConditionHolds, match=r"No condition of the flows out of “够不够？” holds"):
        run.do("a", n=3)


@both
def test_a_block_waits_for_all_branches(saving: bool) -> None:
    run = Run(shapes.BLOCK_LOOP, {"again": False}, saving=saving).do("a").at("b1", "d", "f")
    run.do("d").at("b1", "f").do("b1").at("b2", "f").do("f").at("b2").do("b2").at("c").do("c").ended()


@both
def test_what_is_told_at_a_block(saving: bool) -> None:
    run = Run(shapes.BLOCK_LOOP, {"again": False}, saving=saving)
    run.told.news()
    run.do("a")
    assert run.told.news() == ["completed a", "completed split", "entered b1", "entered d", "entered f"]
    run.do("d", "f", "b1")
    assert run.told.news() == ["completed d", "completed f", "completed b1", "entered b2"]
    run.do("b2")
    assert run.told.news() == ["completed b2", "completed join", "entered c"]


@both
def test_two_of_three_branches_join_first(saving: bool) -> None:
    Run(shapes.PARTIAL, saving=saving).do("f").at("b", "d").do("b").at("d").do("d").at("z").do("z").at("c").do(
        "c"
    ).ended()
    Run(shapes.PARTIAL, saving=saving).do("d", "b").at("f", "z").do("z").at("f").do("f").at("c")


@both
def test_branches_that_end_by_themselves(saving: bool) -> None:
    run = Run(shapes.ENDS, saving=saving).do("a").at("b", "d1").do("b").at("d1").do("d1").at("d2")
    assert not run.execution.ended
    run.do("d2").ended()


@both
def test_nested_sub_processes(saving: bool) -> None:
    run = Run(shapes.NESTED, {"again": False}, saving=saving)
    run.told.news()
    run.do("a").at("o1").do("o1").at("i1", "i2").armed("inner_timer")
    assert run.told.news() == [
        "completed a",
        "entered outer",
        "completed os",
        "entered o1",
        "completed o1",
        "entered inner",
        "completed is",
        "completed split",
        "entered i1",
        "entered i2",
    ]
    run.do("i2", "i1").at("i3").do("i3").at("o2").armed()
    run.do("o2").at("c").do("c").ended()


def test_what_is_told_when_scopes_end() -> None:
    run = Run(shapes.NESTED, {"again": False}).do("a", "o1", "i1", "i2")
    run.told.news()
    run.do("i3")
    assert run.told.news() == ["completed i3", "completed ie", "completed inner", "entered o2"]
    run.do("o2")
    assert run.told.news() == ["completed o2", "completed oe", "completed outer", "entered c"]


def test_scripts_and_services_are_entered_run_and_completed() -> None:
    content = drawing(
        "auto",
        [start("s"), script("count", "n = n + 1"), service("note", "test.note"), manual("m"), end("e")],
        ["s -> count -> note -> m -> e"],
    )
    run = Run(content, {"n": 1}, told=Told(note=lambda data: {"seen": data["n"]}))
    assert run.told.news() == [
        "completed s",
        "entered count",
        "script count",
        "completed count",
        "entered note",
        "service note",
        "completed note",
        "entered m",
    ]
    assert run.data("m") == {"n": 2, "seen": 2}
    run.do("m").ended()


def test_a_step_completed_twice_is_refused() -> None:
    run = Run(shapes.LINE)
    done = run.task("a").task_id
    run.do("a")
    with pytest.raises(TaskNotReady):
        run.execution.advance(done, {})
    run.at("b").save()
    with pytest.raises(TaskNotReady):
        run.execution.advance(done, {})


@pytest.mark.parametrize("unknown", ["", "x", "0" * 32, "0" * 31, "a" * 32, "中"])
def test_unknown_ids_are_refused(unknown: str) -> None:
    run = Run(shapes.TIMED, {"again": False})
    with pytest.raises(TaskNotReady):
        run.execution.advance(unknown, {})
    with pytest.raises(EventNotAwaited):
        run.execution.fire(unknown)
    run.at("a")


def test_a_timer_is_no_step_and_a_step_no_timer() -> None:
    run = Run(shapes.TIMED, {"again": False})
    with pytest.raises(TaskNotReady):
        run.execution.advance(run.timer("remind").task_id, {})
    with pytest.raises(EventNotAwaited):
        run.execution.fire(run.task("a").task_id)
    sub_process = Run(shapes.NESTED, {"again": False}).do("a")
    entered = next(
        task_id for what, element, task_id in sub_process.told.ids if (what, element) == ("entered", "outer")
    )
    with pytest.raises(TaskNotReady):
        sub_process.execution.advance(entered, {})


class Refused(EngineError):
    """Refused for a test."""


def raising(error: Exception) -> Told:
    def fail(_: object) -> None:
        raise error

    return Told(act=fail, g=fail)


@pytest.mark.parametrize("error", [Refused(), ValueError("x"), KeyError("y"), ZeroDivisionError()])
@pytest.mark.parametrize("act", [script("act", "n = 1"), service("act", "test.note")], ids=["script", "service"])
def test_what_a_service_or_script_raises_comes_out_as_it_is(act: object, error: Exception) -> None:
    content = drawing("raise", [start("s"), user("a"), act, end("e")], ["s -> a -> act -> e"])  # type: ignore[list-item]
    run = Run(content, told=raising(error))
    with pytest.raises(type(error)) as caught:
        run.do("a")
    assert caught.value is error
    assert caught.value.__cause__ is None


def test_what_a_condition_raises_comes_out_as_it_is() -> None:
    error = Refused()
    run = Run(shapes.CHOICE, told=raising(error))
    with pytest.raises(Refused) as caught:
        run.do("a")
    assert caught.value is error


def test_errors_inside_a_sub_process_at_its_start_come_out_as_they_are() -> None:
    error = Refused()
    content = drawing(
        "deep",
        [
            start("s"),
            user("a"),
            sub("box", [start("bs"), script("act", "n = 1"), end("be")], ["bs -> act -> be"]),
            end("e"),
        ],
        ["s -> a -> box -> e"],
    )
    run = Run(content, told=raising(error))
    with pytest.raises(Refused) as caught:
        run.do("a")
    assert caught.value is error


# -- terminate, cancel --------------------------------------------------------------------------------------------


@both
def test_terminate_in_a_sub_process_ends_that_scope_alone(saving: bool) -> None:
    run = Run(shapes.TERMINATE, {"again": False}, saving=saving).do("y").at("x", "z")
    run.told.news()
    run.do("x").at("c")
    assert run.told.news() == [
        "completed x",
        "completed stop",
        "completed box",
        "entered c",
        "cancelled deep",
        "cancelled z",
    ]
    run.do("c").ended()


@both
def test_terminate_at_the_top_ends_the_case(saving: bool) -> None:
    content = drawing(
        "stop",
        [
            start("s"),
            *shapes.users("a", "b"),
            timer("late", "b", "PT1H"),
            parallel("split"),
            sub("box", [start("bs"), user("x"), end("be")], ["bs -> x -> be"]),
            end("halt", terminate=True),
            end("e"),
        ],
        ["s -> split -> a -> halt", "split -> b -> e", "late -> e", "split -> box -> e"],
    )
    run = Run(content, saving=saving).at("a", "b", "x").armed("late")
    run.told.news()
    run.do("a").ended()
    assert run.told.news() == ["completed a", "completed halt", "cancelled b", "cancelled box", "cancelled x"]


def test_a_step_that_is_opened_and_taken_away_in_one_command_is_told_of_both() -> None:
    content = drawing(
        "short",
        [
            start("s"),
            *shapes.users("a", "b"),
            parallel("split"),
            script("act", "n = 1"),
            end("halt", terminate=True),
            end("e"),
        ],
        ["s -> a -> split -> b -> e", "split -> act -> halt"],
    )
    run = Run(content)
    run.told.news()
    run.do("a").ended()
    told = run.told.news()
    assert told.count("entered b") == told.count("cancelled b") == 1


def test_a_step_cancelled_by_a_terminate_end_is_not_run() -> None:
    """Stock: whatever was ready when the round of steps began is run, cancelled or not."""
    content = drawing(
        "race",
        [start("s"), user("a"), parallel("split"), end("halt", terminate=True), service("act", "test.note"), end("e")],
        ["s -> a -> split -> halt", "split -> act -> e"],
    )
    run = Run(content)
    run.told.news()
    run.do("a").ended()
    assert run.told.news() == ["completed a", "completed split", "entered act", "completed halt"]


@both
def test_cancel_takes_everything_away_and_tells_of_it_once(saving: bool) -> None:
    run = (
        Run(shapes.NESTED, {"again": False}, saving=saving)
        .do("a", "o1")
        .fire("inner_timer")
        .at("beside_inner", "i1", "i2")
    )
    if saving:
        run.save()
    run.told.news()
    run.execution.cancel()
    run.ended()
    assert sorted(run.told.news()) == [f"cancelled {gone}" for gone in ("beside_inner", "i1", "i2", "inner", "outer")]
    state = run.execution.dump()
    again = Execution.load(run.spec, state, run.told)
    assert (again.ended, again.open_tasks(), again.waiting_events()) == (True, [], [])


def test_an_ended_case_takes_no_more_steps() -> None:
    run = Run(shapes.LINE).do("a", "b")
    last = run.task("c").task_id
    run.do("c").ended()
    run.execution.advance()
    with pytest.raises(TaskNotReady):
        run.execution.advance(last, {})


def test_the_model_of_a_long_drawing_is_built_and_runs() -> None:
    names = [f"t{n}" for n in range(149)]
    nodes = [start("s"), end("e"), *(user(name) for name in names)]
    nodes += [timer(f"late_{name}", name, "PT1H") for name in names]
    content = drawing("long", nodes, [" -> ".join(["s", *names, "e"]), *(f"late_{name} -> e" for name in names)])
    Run(specification(content)).do(*names).ended()
