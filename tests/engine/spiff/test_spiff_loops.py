"""Loops of many rounds keep their bytes, their tasks and their steps constant, and end rightly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from engine.spiff import steps
from engine.spiff.workflow import Token
from tests.engine.definition.drawings import Flow, drawing, end, exclusive, flow, parallel, script, start, timer, user
from tests.engine.spiff import event_shapes, shapes
from tests.engine.spiff.cases import OUTSIDE, Run, Told

SLACK = 64  # bytes: numbers in the data have more digits in later rounds
WARM = 20  # rounds until the first finished rounds have been cut out


class Rounds:
    """Counts what each round costs."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.bytes: list[int] = []
        self.tasks: list[int] = []
        self.steps: list[int] = []
        self._ran = 0
        stock = Token.run

        def counted(task: Any) -> Any:
            self._ran += 1
            return stock(task)

        monkeypatch.setattr(Token, "run", counted)

    def play(self, run: Run, rounds: int, one_round: Callable[[Run, int], object]) -> Rounds:
        for number in range(rounds):
            one_round(run, number)
            self.bytes.append(len(run.save()))
            self.tasks.append(run.size())
            self.steps.append(self._ran)
            self._ran = 0
        return self

    def constant(self) -> None:
        assert max(self.bytes[WARM:]) - min(self.bytes[WARM:]) <= SLACK
        assert len(set(self.tasks[WARM:])) == 1
        assert len(set(self.steps[WARM:])) == 1


@pytest.fixture
def rounds(monkeypatch: pytest.MonkeyPatch) -> Rounds:
    return Rounds(monkeypatch)


def test_three_thousand_rounds_of_a_step(rounds: Rounds) -> None:
    """Stock: the instance is lost in silence at tree depth 1,000."""
    run = Run(shapes.STEP_LOOP, {"n": 0}, saving=True)
    rounds.play(run, 3_000, lambda run, number: run.do("a", again=True, n=number + 1)).constant()
    assert run.data("a")["n"] == 3_000
    assert run.at("a").told.log.count(("completed", "a")) == 3_000
    run.do("a", again=False).ended()


def test_three_hundred_rounds_around_a_sub_process_with_timers(rounds: Rounds) -> None:
    def one_round(run: Run, number: int) -> None:
        run.at("p1").armed("red", "yellow")
        run.fire(*["yellow"] * (number % 3))
        if number % 2:
            run.fire("red").do("supervise")
        run.do("p1", "p2").do("recheck", again=True)

    run = Run(shapes.TICKET, {"next_due": None})
    rounds.play(run, 300, one_round)
    assert max(rounds.bytes[WARM:]) - min(rounds.bytes[WARM:]) <= SLACK
    assert len(set(rounds.tasks[WARM:])) == 1
    assert set(rounds.steps[WARM:]) == set(rounds.steps[WARM : WARM + 6])  # firings differ over six rounds
    run.do("p1", "p2").do("recheck", again=False).ended()


def test_three_hundred_rounds_with_a_branch_that_outlives_each(rounds: Rounds) -> None:
    """The step of a fired branch is done one round late."""

    def one_round(run: Run, _: int) -> None:
        run.fire("red").do("p1", "p2").do("recheck", again=True).do("supervise")

    run = Run(shapes.TICKET, {"next_due": None})
    rounds.play(run, 300, one_round).constant()
    run.do("p1", "p2").do("recheck", again=False).ended()


def test_three_hundred_rounds_beside_a_branch_that_stays_open(rounds: Rounds) -> None:
    """A lazy supervisor: the step that the first round opened holds its place in the tree, nothing else grows."""
    run = Run(shapes.TICKET, {"next_due": None}).fire("red")
    lazy = run.task("supervise").task_id
    rounds.play(run, 300, lambda run, _: run.do("p1", "p2").do("recheck", again=True)).constant()
    assert run.at("p1", "supervise").task("supervise").task_id == lazy
    run.do("supervise", "p1", "p2").do("recheck", again=False).ended()


def test_three_hundred_rounds_around_a_block(rounds: Rounds) -> None:
    def one_round(run: Run, number: int) -> None:
        order = [["b1", "b2", "d", "f"], ["f", "b1", "d", "b2"], ["d", "f", "b1", "b2"]][number % 3]
        run.do("a", *order).do("c", again=True)

    run = Run(shapes.BLOCK_LOOP, {"again": True})
    rounds.play(run, 300, one_round).constant()
    run.do("a", "b1", "b2", "d", "f").do("c", again=False).ended()


def test_three_hundred_rounds_inside_one_branch(rounds: Rounds) -> None:
    run = Run(shapes.BRANCH_LOOP, {"again": True}).do("b")
    rounds.play(run, 300, lambda run, _: run.do("a", again=True)).constant()
    run.at("a").do("a", again=False).at("c").do("c").ended()


def test_three_hundred_rounds_in_two_branches_at_once(rounds: Rounds) -> None:
    content = drawing(
        "two_loops",
        [
            start("s"),
            *shapes.users("a", "b", "c"),
            parallel("split"),
            parallel("join"),
            exclusive("more_a"),
            exclusive("more_b"),
            end("e"),
        ],
        [
            "s -> split -> a -> more_a",
            flow("more_a", "a", "${again}"),
            flow("more_a", "join", default=True),
            "split -> b -> more_b",
            flow("more_b", "b", "${again}"),
            flow("more_b", "join", default=True),
            "join -> c -> e",
        ],
    )
    run = Run(content)
    rounds.play(run, 300, lambda run, _: run.do("a", "b", again=True)).constant()
    run.do("a", "b", again=False).at("c").do("c").ended()


def test_a_timer_that_fires_two_hundred_times_beside_one_host(rounds: Rounds) -> None:
    run = Run(shapes.TICKET, {"again": False, "next_due": None})
    rounds.play(run, 200, lambda run, _: run.fire("yellow")).constant()
    assert run.timer("yellow").firings == 200
    run.do("p1", "p2", "recheck").ended()


def test_a_timer_whose_step_is_done_each_time(rounds: Rounds) -> None:
    run = Run(shapes.TICKET, {"again": False, "next_due": None})
    rounds.play(run, 200, lambda run, _: run.fire("red").do("supervise")).constant()


def test_a_loop_of_many_rounds_in_one_command_does_not_grow_the_tree() -> None:
    content = drawing(
        "counting",
        [start("s"), user("a"), exclusive("m"), script("count", "n = n + 1"), exclusive("more"), user("b"), end("e")],
        [
            "s -> a -> m -> count -> more",
            flow("more", "m", "${n < 600}"),
            flow("more", "b", default=True),
            "b -> e",
        ],
    )
    run = Run(content, {"n": 0}).do("a").at("b")
    assert run.data("b") == {"n": 600}
    assert run.size() < 2 * steps.TIDY_AFTER
    run.do("b").ended()


def test_nested_loops_are_cut_at_both_levels() -> None:
    content = drawing(
        "loops",
        [start("s"), *shapes.users("a", "b"), exclusive("inner"), exclusive("outer"), end("e")],
        [
            "s -> a -> inner",
            flow("inner", "a", "${again}"),
            flow("inner", "b", default=True),
            "b -> outer",
            flow("outer", "a", "${rework}"),
            flow("outer", "e", default=True),
        ],
    )
    run = Run(content, {"again": True, "rework": True}, saving=True)
    sizes = []
    for _ in range(30):
        run.do("a", "a", "a").do("a", again=False).do("b", again=True)
        run.save()
        sizes.append(run.size())
    assert len(set(sizes[3:])) == 1
    run.do("a", again=False).do("b", rework=False).ended()


def test_a_timer_on_the_step_of_a_loop(rounds: Rounds) -> None:
    content = shapes.looped(
        "timed_step",
        [user("a"), timer("tick", "a", "PT1H", interrupting=False), user("x"), end("xe")],
        ["tick -> x -> xe"],
        "a",
        "a",
    )
    run = Run(content)
    rounds.play(run, 300, lambda run, _: run.fire("tick").do("a", again=True).do("x")).constant()
    run.do("a", again=False).ended()


def test_several_loops_are_cut_out_in_one_save() -> None:
    """A case that was not saved for long, as in a trial run."""
    nodes = [start("s"), *shapes.users("a", "b", "c"), *(exclusive(f"more_{step}") for step in "abc"), end("e")]
    flows: list[str | Flow] = ["s -> a"]
    for step, after in (("a", "b"), ("b", "c"), ("c", "e")):
        flows += [
            f"{step} -> more_{step}",
            flow(f"more_{step}", step, "${again}"),
            flow(f"more_{step}", after, default=True),
        ]
    run = Run(drawing("row_of_loops", nodes, flows), {"again": True})
    once = Run(run.spec, {"again": False}).do("a", "b")
    once.save()
    for step in "ab":
        run.do(*[step] * 7, again=True).do(step, again=False)
    run.do("c", again=True)
    state = run.execution.dump()
    assert run.execution.dump() == state
    assert run.size() <= once.size() + 6  # a gateway and a merge of each loop's last round
    run.do("c", again=False).ended()


# -- with events, calls, repeats and inclusive gateways -------------------------------------------------------------


def round_of(run: Run, number: int) -> None:
    """One round: whatever comes back comes back, each event on a border happens once, the steps in turning order."""
    run.do("a", n=number)
    fired: set[str] = set()
    while run.open() != ["c"] or run.waiting() or run.working():
        borders = [one.element.id for one in run.execution.waiting_events() if one.element.kind == "boundaryEvent"]
        awaited = [one for one in run.waiting() if one not in borders]
        fresh = [one for one in borders if one not in fired and number % 2]
        if run.working():
            run.finish(run.busy_elements()[number % len(run.working())], said=number)
        elif fresh:
            fired.add(fresh[0])
            run.receive(fresh[0])
        elif awaited and number % 3:
            run.receive(awaited[-1], brought=number)
        elif steps := [one for one in run.open() if one != "c"]:
            run.do(steps[number % len(steps)], did=number)
        else:
            run.receive(awaited[0], brought=number)
    run.do("c", again=True)


@pytest.mark.parametrize("key", event_shapes.ALL)
def test_three_hundred_rounds_of_events(key: str, rounds: Rounds) -> None:
    """Six kinds of rounds follow each other: what is left after each is the same in every turn."""
    told = Told(**{event_shapes.OUTSIDE: lambda _: OUTSIDE})
    run = Run(event_shapes.ALL[key], {"n": 0, "again": True}, told=told)
    rounds.play(run, 300, round_of)
    turns = [rounds.bytes[start::6] for start in range(WARM, WARM + 6)]
    assert all(max(turn) - min(turn) <= SLACK for turn in turns)
    assert len(set(rounds.tasks[WARM:])) == 1
    assert all(len(set(rounds.steps[start::6])) == 1 for start in range(WARM, WARM + 6))
