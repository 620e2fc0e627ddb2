"""A command that would not end, or grow without measure, is refused: never a hang, never a lost token."""

from __future__ import annotations

import itertools

import pytest

from engine.spiff import steps
from engine.spiff.errors import ExecutionLimit
from tests.engine.definition.drawings import (
    Flow,
    Node,
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
from tests.engine.spiff.cases import Run, Told

ENDLESS = drawing(
    "endless",
    [start("s"), user("a"), exclusive("m"), script("count", "n = n + 1"), exclusive("more"), end("e")],
    ["s -> a -> m -> count -> more", flow("more", "e", "${n < 0}"), flow("more", "m", default=True)],
)


def boxes(levels: int) -> bytes:
    """Sub-processes within each other, a step in the innermost."""
    nodes: list[Node] = [user("a")]
    flows: list[str | Flow] = []
    inner = "a"
    for level in range(levels):
        box = sub(
            f"box{level}", [start(f"s{level}"), *nodes, end(f"e{level}")], [*flows, f"s{level} -> {inner} -> e{level}"]
        )
        nodes, flows, inner = [box], [], box.id
    return drawing("boxes", [start("s"), *nodes, end("e")], [f"s -> {inner} -> e"])


def test_the_limits_are_those_of_the_design() -> None:
    assert (steps.MAX_STEPS, steps.MAX_TASKS, steps.MAX_NESTING, steps.MAX_SECONDS) == (2_000, 5_000, 50, 5.0)
    assert steps.MAX_DEPTH < 1_000


def test_an_endless_loop_of_scripts_ends_with_a_refusal() -> None:
    run = Run(ENDLESS, {"n": 0})
    with pytest.raises(ExecutionLimit, match=r"limit of 2000 步 / steps in one command; nothing was done"):
        run.do("a")
    assert run.told.log.count(("script", "count")) == 667


def test_steps_are_counted_anew_in_each_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "MAX_STEPS", 6)
    run = Run(shapes.STEP_LOOP)
    for _ in range(10):
        run.do("a", again=True)


def test_too_many_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    run = Run(shapes.TIMED, {"again": False})
    monkeypatch.setattr(steps, "MAX_TASKS", run.size())
    with pytest.raises(ExecutionLimit, match="tasks"):
        run.do("a")


def test_a_stop_with_too_many_tasks_is_refused_too(monkeypatch: pytest.MonkeyPatch) -> None:
    run = Run(shapes.LINE)
    monkeypatch.setattr(steps, "MAX_TASKS", run.size() - 1)
    with pytest.raises(ExecutionLimit, match="tasks"):
        run.do("a")
    assert run.told.log[-1] == ("entered", "b")


def test_tasks_are_counted_in_all_scopes(monkeypatch: pytest.MonkeyPatch) -> None:
    run = Run(shapes.NESTED, {"again": False}).do("a")
    monkeypatch.setattr(steps, "MAX_TASKS", run.size())
    with pytest.raises(ExecutionLimit, match="tasks"):
        run.do("o1")


def test_sub_processes_within_each_other() -> None:
    Run(boxes(45)).at("a").do("a").ended()


def test_sub_processes_nested_too_deep(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "MAX_NESTING", 10)
    Run(boxes(10)).at("a").do("a").ended()
    with pytest.raises(ExecutionLimit, match="limit of 10 层子流程 / nested sub-processes"):
        Run(boxes(11))


def test_many_sub_processes_one_after_the_other_are_not_nested(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "MAX_NESTING", 2)
    box = sub("box", [start("bs"), script("count", "n = n + 1"), end("be")], ["bs -> count -> be"])
    content = drawing(
        "row",
        [start("s"), user("a"), exclusive("m"), box, exclusive("more"), user("b"), end("e")],
        ["s -> a -> m -> box -> more", flow("more", "m", "${n < 120}"), flow("more", "b", default=True), "b -> e"],
    )
    run = Run(content, {"n": 0}).do("a")
    assert run.data("b") == {"n": 120}


def test_too_deep_a_tree(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "MAX_DEPTH", 20)
    content = drawing(
        "deep",
        [start("s"), user("a"), *(script(f"c{n}", "n = 1") for n in range(30)), end("e")],
        [" -> ".join(["s", "a", *(f"c{n}" for n in range(30)), "e"])],
    )
    run = Run(content)
    with pytest.raises(ExecutionLimit, match="limit of 20 层 / levels"):
        run.do("a")


def test_the_deepest_drawing_that_may_be_published_runs() -> None:
    """298 steps in a row: deeper than the tree of any published case between two saves."""
    names = [f"c{n}" for n in range(298)]
    content = drawing(
        "row", [start("s"), *(script(name, "n = n + 1") for name in names), end("e")], [" -> ".join(["s", *names, "e"])]
    )
    run = Run(content, {"n": 0})
    run.ended()
    assert run.told.log.count(("script", "c297")) == 1


def test_too_long_a_command(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = itertools.count()
    monkeypatch.setattr("engine.spiff.steps.time.monotonic", lambda: float(next(ticks)))
    run = Run(shapes.LINE)
    monkeypatch.setattr("engine.spiff.steps.time.monotonic", lambda: float(next(ticks)) * 6)
    with pytest.raises(ExecutionLimit, match=r"limit of 5.0 秒 / seconds"):
        run.do("a", "b", "c")


def test_a_wide_split_is_within_the_limits() -> None:
    names = [f"b{n}" for n in range(100)]
    content = drawing(
        "wide",
        [
            start("s"),
            user("a"),
            parallel("split"),
            *(user(name) for name in names),
            parallel("join"),
            user("c"),
            end("e"),
        ],
        ["s -> a -> split", *(f"split -> {name} -> join" for name in names), "join -> c -> e"],
    )
    run = Run(content, told=Told()).do("a").at(*names).do(*names).at("c").do("c").ended()
    assert run.told.log.count(("completed", "join")) == 1
