"""Random walks over every shape: saved before each step or never, the same is seen, and every case ends."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

import pytest

from engine.spiff.builder import Specification
from tests.engine.spiff import shapes
from tests.engine.spiff.cases import Run, specification
from tests.engine.spiff.random_drawings import Draughtsman

SEEDS = range(24)
START: dict[str, Any] = {"n": 0, "again": False, "next_due": None, "seen": []}
SPECIFICATIONS = {key: specification(content) for key, content in shapes.ALL.items()}


def choices(run: Run) -> list[tuple[str, int]]:
    """What can be done: ("do", position among the open tasks) or ("fire", position among the timers)."""
    tasks, timers = run.execution.open_tasks(), run.execution.waiting_events()
    return [("do", n) for n in range(len(tasks))] + [("fire", n) for n in range(len(timers))]


def take(run: Run, choice: tuple[str, int], data: Mapping[str, object]) -> None:
    kind, position = choice
    if kind == "do":
        task = run.execution.open_tasks()[position]
        run.execution.advance(task.task_id, {"n": task.data["n"] + 1, **data})
    else:
        run.execution.fire(run.execution.waiting_events()[position].task_id)


@pytest.mark.parametrize("key", shapes.ALL)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_walk_is_the_same_saved_or_not_and_ends(key: str, seed: int) -> None:
    assert_walks_agree(SPECIFICATIONS[key], f"{key} {seed}")


def assert_walks_agree(spec: Specification, seed: str) -> None:
    dice = random.Random(seed)  # noqa: S311
    live, saved = Run(spec, START), Run(spec, START)
    firings = 0
    for step in range(400):
        if live.execution.ended:
            break
        saved.save()
        can = choices(live)
        assert can == choices(saved)
        choice = dice.choice([c for c in can if c[0] == "do" or firings < 12])
        firings += choice[0] == "fire"
        data = {"again": step < 30 and dice.random() < 0.6, f"by_{dice.randrange(3)}": step}
        take(live, choice, data)
        take(saved, choice, data)
        assert live.names() == saved.names()
        assert live.told.log == saved.told.log
    live.ended()
    saved.ended()


@pytest.mark.parametrize("seed", range(120))
def test_a_walk_over_a_random_drawing(seed: int) -> None:
    content = Draughtsman(random.Random(seed)).draw(depth=3)  # noqa: S311
    assert_walks_agree(specification(content), f"random {seed}")
