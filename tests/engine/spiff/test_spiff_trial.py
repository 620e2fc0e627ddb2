"""The trial start before publishing: what would explode in a running case is refused, and the trial ends soon."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from engine.spiff.builder import build
from engine.spiff.errors import ExecutionLimit
from engine.spiff.trial import MAX_PREDICTED, trial_start
from tests.engine.definition.drawings import (
    Flow,
    Node,
    catch,
    declared,
    drawing,
    end,
    exclusive,
    flow,
    inclusive,
    parallel,
    start,
    sub,
    timer,
    user,
)
from tests.engine.spiff import event_shapes, shapes
from tests.engine.spiff.cases import Run, model

SHAPES = {**shapes.ALL, **event_shapes.ALL}
MAX_CPU = 1.0  # seconds, ten times what the slowest took where this was written


def bomb(first: str, splits: int, tail: int, mark: str = "") -> tuple[list[Node], list[str | Flow], str]:
    """Chained parallel splits and a long tail: 2**splits paths of that length. Within the profile up to 256 paths."""
    nodes: list[Node] = []
    flows: list[str | Flow] = []
    at = first
    for n in range(splits):
        split, join, x, y = (f"{kind}{n}{mark}" for kind in "sjxy")
        nodes += [parallel(split), parallel(join), user(x), user(y)]
        flows += [f"{at} -> {split} -> {x} -> {join}", f"{split} -> {y} -> {join}"]
        at = join
    names = [f"t{n}{mark}" for n in range(tail)]
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


def several_starts() -> bytes:
    """A case begins at one of them, but each is predicted when any begins."""
    nodes, flows, last = bomb("a", 7, 100)
    starts = [catch(f"m{n}", "message", f"m{n}", "startEvent") for n in range(8)]
    flows += [f"{one.id} -> g" for one in starts]
    return drawing(
        "bomb",
        [start("s"), *starts, parallel("g"), user("a"), *nodes, end("e")],
        ["s -> g -> a", *flows, f"{last} -> e"],
        extra=declared(message=[f"m{n}" for n in range(8)]),
    )


def behind_an_event() -> bytes:
    nodes, flows, last = bomb("m", 8, 200)
    names = declared(message=["m"])
    return drawing(
        "bomb",
        [start("s"), catch("m", "message", "m"), *nodes, end("e")],
        ["s -> m", *flows, f"{last} -> e"],
        extra=names,
    )


def all_ways_of_an_inclusive_gateway(ways: int = 4) -> bytes:
    """Each way alone is within the limit; all of them may be taken at once."""
    nodes: list[Node] = [start("s"), inclusive("o"), end("e")]
    flows: list[str | Flow] = ["s -> o"]
    for way in range(ways):
        own, between, last = bomb(f"w{way}", 4, 54, f"_{way}")
        nodes += [user(f"w{way}"), *own]
        flows += [flow("o", f"w{way}", "${n > 1}" if way else "", default=not way), *between, f"{last} -> e"]
    return drawing("bomb", nodes, flows)


def circle() -> bytes:
    """A loop without a choice: the join at its head can never fire, and prediction goes round for ever."""
    return drawing(
        "circle",
        [start("s"), parallel("j"), user("a"), parallel("split"), end("e")],
        ["s -> j -> a -> split -> j", "split -> e"],
    )


BOMBS = [at_the_start, behind_a_choice, in_a_sub_process, behind_a_timer, behind_an_event, several_starts, circle]
BOMBS.append(all_ways_of_an_inclusive_gateway)


@pytest.mark.parametrize("make", BOMBS, ids=lambda make: str(make.__name__))
def test_a_bomb_that_passes_the_profile_is_refused_soon(make: object) -> None:
    checked = model(make())  # type: ignore[operator]
    began = time.process_time()
    with pytest.raises(ExecutionLimit, match=f"limit of {MAX_PREDICTED} 个预测节点 / predicted tasks"):
        trial_start(checked)
    assert time.process_time() - began < MAX_CPU


@pytest.mark.parametrize("key", SHAPES)
def test_an_honest_drawing_passes(key: str) -> None:
    trial_start(model(SHAPES[key]))


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


def test_an_inclusive_gateway_of_few_ways_passes() -> None:
    trial_start(model(all_ways_of_an_inclusive_gateway(2)))


def test_chained_inclusive_gateways_are_predicted_one_at_a_time() -> None:
    nodes: list[Node] = []
    flows: list[str | Flow] = ["s -> o0"]
    for n in range(7):
        nodes += [inclusive(f"o{n}"), user(f"x{n}"), user(f"y{n}"), inclusive(f"j{n}")]
        flows += [flow(f"o{n}", f"x{n}", "${n > 1}"), flow(f"o{n}", f"y{n}", default=True)]
        flows += [f"x{n} -> j{n}", f"y{n} -> j{n}", f"j{n} -> " + (f"o{n + 1}" if n < 6 else "e")]
    content = drawing("chain", [start("s"), *nodes, end("e")], flows)
    trial_start(model(content))
    assert Run(content, {"n": 2}).size() < 20


def far_ahead(steps: int) -> bytes:
    """Every step parts without a gateway: one way on, one to the end."""
    names = [f"t{n}" for n in range(steps)]
    chain = " -> ".join(["s", *names, "e"])
    return drawing(
        "far", [start("s"), *(user(name) for name in names), end("e")], [chain, *(f"{n} -> e" for n in names[:-1])]
    )


def test_what_reaches_too_far_ahead_is_refused() -> None:
    """SpiffWorkflow descends level by level when a case runs, below the calls of a web server."""
    trial_start(model(far_ahead(200)))
    with pytest.raises(ExecutionLimit, match="levels ahead"):
        trial_start(model(far_ahead(250)))


def below(levels: int, act: Callable[[], object]) -> None:
    act() if levels == 0 else below(levels - 1, act)


@pytest.mark.parametrize("kind", ["steps", "limits", "parting", "turning back"])
def test_the_longest_drawing_is_built_tried_and_run_below_three_hundred_calls(kind: str) -> None:
    """Stock: the parser descends from node to node, and 400 nodes end it in the middle."""
    names = [f"t{n}" for n in range({"limits": 149, "parting": 220, "turning back": 198}.get(kind, 298))]
    nodes = [start("s"), *(user(name) for name in names), end("e")]
    flows: list[str | Flow] = [" -> ".join(["s", *names, "e"])]
    if kind == "limits":
        nodes += [timer(f"late_{name}", name, "PT1H") for name in names]
        flows += [f"late_{name} -> e" for name in names]
    elif kind == "parting":
        flows += [f"{name} -> e" for name in names[:-1]]
    elif kind == "turning back":
        flows = ["s -> t0", *(flow(name, name, "${again}") for name in names)]
        flows += [flow(name, after, default=True) for name, after in zip(names, [*names[1:], "e"], strict=True)]
    checked = model(drawing("long", nodes, flows))

    def act() -> None:
        trial_start(checked)
        run = Run(build(checked), {"again": False})
        run.do("t0", "t1").save()
        run.at("t2").execution.cancel()

    below(300, act)
