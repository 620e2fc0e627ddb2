"""Random walks over every shape: saved before each step or never, the same is seen, and every case ends."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest

from engine.definition.structure import MAX_NODES
from engine.spiff.builder import Specification
from engine.spiff.raising import Raised
from engine.spiff.script_engine import NOTICED_WHEN_GONE
from tests.engine.spiff import event_shapes, shapes
from tests.engine.spiff.cases import OUTSIDE, Run, Told, check_tree, specification
from tests.engine.spiff.random_drawings import OUTSIDE as OUTSIDE_ID
from tests.engine.spiff.random_drawings import Draughtsman

SEEDS = range(24)
START: dict[str, Any] = {"n": 0, "again": False, "next_due": None, "seen": []}
SPECIFICATIONS = {key: specification(content) for key, content in {**shapes.ALL, **event_shapes.ALL}.items()}


def choices(run: Run) -> list[tuple[str, int]]:
    """What can be done: ("do", position among the open tasks), ("fire", among the events), ("finish", among calls) …"""
    found = [("do", n) for n in range(len(run.execution.open_tasks()))]
    events = run.execution.waiting_events()
    found += [("fire" if event.element.kind == "boundaryEvent" else "receive", n) for n, event in enumerate(events)]
    return found + [(what, n) for n in range(len(run.working())) for what in ("finish", "finish", "fail", "escalate")]


def _next(n: object) -> int:
    return n + 1 if isinstance(n, int) and n < 1_000 else 0


def take(run: Run, choice: tuple[str, int], data: dict[str, Any]) -> None:
    kind, position = choice
    if kind == "do":
        task = run.execution.open_tasks()[position]
        run.execution.advance(task.task_id, {"n": _next(task.data.get("n")), **data})
    elif kind in {"fire", "receive"}:
        run.execution.fire(run.execution.waiting_events()[position].task_id, data)
    elif kind == "finish":
        run.execution.finish(run.working()[position], data)
    else:
        raised = Raised("error", "E", "words") if kind == "fail" else Raised("escalation", "L")
        run.execution.fail(run.working()[position], raised)
    run.settle()


@pytest.mark.parametrize("key", SPECIFICATIONS)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_walk_is_the_same_saved_or_not_and_ends(key: str, seed: int) -> None:
    assert_walks_agree(SPECIFICATIONS[key], f"{key} {seed}")


def assert_walks_agree(spec: Specification, seed: str) -> set[str]:
    """What kinds of things were done."""
    dice = random.Random(seed)  # noqa: S311
    outside = {id: _outside for id in spec.model.elements if id.startswith(OUTSIDE_ID)}
    live, saved = (Run(spec, START, told=Told(**outside)) for _ in range(2))
    assert live.left() == saved.left()
    often, did = 0, set[str]()
    for step in range(600):
        if live.execution.ended:
            break
        saved.save()
        can = choices(live)
        assert can == choices(saved)
        choice = dice.choice([c for c in can if c[0] not in OFTEN or often < 12])
        often += choice[0] in OFTEN
        did.add(choice[0])
        data = {"again": step < 30 and dice.random() < 0.6, f"by_{dice.randrange(3)}": step}
        take(live, choice, data)
        take(saved, choice, data)
        check_tree(live.execution)
        assert live.names() == saved.names()
        assert live.told.log == saved.told.log
        assert live.left() == saved.left()
    live.ended()
    saved.ended()
    assert balanced(live)
    return did


OFTEN = {"fire", "escalate", "fail"}  # would go on for ever


def _outside(_: object) -> object:
    return OUTSIDE


def balanced(run: Run) -> bool:
    """Every activity that is noticed when it goes has been completed or cancelled as often as it was entered."""
    elements = run.spec.model.elements.values()
    noticed = {one.id for one in elements if one.kind in NOTICED_WHEN_GONE and one.repeat is None}
    entered = Counter(where for what, where in run.told.log if what == "entered")
    left = Counter(where for what, where in run.told.log if what in {"completed", "cancelled"})
    return all(left[id] == entered[id] for id in noticed)


@pytest.mark.parametrize("seed", range(300))
def test_a_walk_over_a_random_drawing(seed: int) -> None:
    assert_walks_agree(specification(random_drawing(seed)), f"random {seed}")


def random_drawing(seed: int) -> bytes:
    """Of at most 300 nodes: the next that fits."""
    dice = random.Random(seed)  # noqa: S311
    while True:
        artist = Draughtsman(dice)
        content = artist.draw(depth=3)
        if artist.nodes <= MAX_NODES:
            return content
