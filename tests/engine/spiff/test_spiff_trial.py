"""The trial start before publishing: what would explode in a running case is refused, and the trial ends soon."""

from __future__ import annotations

import time

import pytest

from engine.spiff.errors import ExecutionLimit
from engine.spiff.trial import MAX_PREDICTED, trial_start
from tests.engine.definition.drawings import (
    Flow,
    Node,
    drawing,
    end,
    exclusive,
    flow,
    parallel,
    start,
    sub,
    timer,
    user,
)
from tests.engine.spiff import shapes
from tests.engine.spiff.cases import model

MAX_CPU = 1.0  # seconds, ten times what the slowest took where this was written


def bomb(first: str, splits: int, tail: int) -> tuple[list[Node], list[str | Flow], str]:
    """Chained parallel splits and a long tail: 2**splits paths of that length. Within the profile up to 256 paths."""
    nodes: list[Node] = []
    flows: list[str | Flow] = []
    at = first
    for n in range(splits):
        nodes += [parallel(f"s{n}"), parallel(f"j{n}"), user(f"x{n}"), user(f"y{n}")]
        flows += [f"{at} -> s{n} -> x{n} -> j{n}", f"s{n} -> y{n} -> j{n}"]
        at = f"j{n}"
    names = [f"t{n}" for n in range(tail)]
    return nodes + [user(name) for name in names], [*flows, " -> ".join([at, *names])], (names or [at])[-1]


def at_the_start() -> bytes:
    nodes, flows, last = bomb("s", 8, 200)
    return drawing("bomb", [start("s"), *nodes, end("e")], [*flows, f"{last} -> e"])


def behind_a_choice() -> bytes:
    nodes, flows, last = bomb("a", 8, 200)
    return drawing(
        "bomb",
        [start("s"), exclusive("g"), user("a"), *nodes, end("e")],
        [flow("g", "a", "${n > 1}"), flow("g", "e", default=True), "s -> g", *flows, f"{last} -> e"],
    )


def in_a_sub_process() -> bytes:
    nodes, flows, last = bomb("bs", 8, 200)
    box = sub("box", [start("bs"), *nodes, end("be")], [*flows, f"{last} -> be"])
    return drawing("bomb", [start("s"), box, end("e")], ["s -> box -> e"])


def behind_a_timer() -> bytes:
    nodes, flows, last = bomb("late", 8, 200)
    return drawing(
        "bomb",
        [start("s"), user("a"), timer("late", "a", "PT1H"), *nodes, end("e"), end("le")],
        ["s -> a -> e", *flows, f"{last} -> le"],
    )


def circle() -> bytes:
    """A loop without a choice: the join at its head can never fire, and prediction goes round for ever."""
    return drawing(
        "circle",
        [start("s"), parallel("j"), user("a"), parallel("split"), end("e")],
        ["s -> j -> a -> split -> j", "split -> e"],
    )


BOMBS = [at_the_start, behind_a_choice, in_a_sub_process, behind_a_timer, circle]


@pytest.mark.parametrize("make", BOMBS, ids=lambda make: str(make.__name__))
def test_a_bomb_that_passes_the_profile_is_refused_soon(make: object) -> None:
    checked = model(make())  # type: ignore[operator]
    began = time.process_time()
    with pytest.raises(ExecutionLimit, match=f"limit of {MAX_PREDICTED} 个预测节点 / predicted tasks"):
        trial_start(checked)
    assert time.process_time() - began < MAX_CPU


@pytest.mark.parametrize("key", shapes.ALL)
def test_an_honest_drawing_passes(key: str) -> None:
    trial_start(model(shapes.ALL[key]))


def test_a_block_within_the_limit_passes() -> None:
    nodes, flows, last = bomb("s", 5, 3)
    trial_start(model(drawing("small", [start("s"), *nodes, end("e")], [*flows, f"{last} -> e"])))


def test_a_drawing_of_the_largest_size_passes_soon() -> None:
    """148 steps, each with a choice to go back: every step and every inserted merge is a place to predict from."""
    names = [f"t{n}" for n in range(148)]
    nodes: list[Node] = [start("s"), end("e")]
    flows: list[str | Flow] = ["s -> t0"]
    for n, name in enumerate(names):
        nodes += [user(name), exclusive(f"g{n}")]
        flows += [f"{name} -> g{n}", flow(f"g{n}", name, "${again}")]
        flows.append(flow(f"g{n}", names[n + 1] if n + 1 < len(names) else "e", default=True))
    checked = model(drawing("large", nodes, flows))
    began = time.process_time()
    trial_start(checked)
    assert time.process_time() - began < MAX_CPU
