"""Which timers fire more than once: only non-interrupting cycles, and dates that ask a function which moves on."""

from __future__ import annotations

import pytest

from engine.definition.model import ElementModel, TimerModel
from engine.definition.repeating import mark_repeating
from tests.engine.spiff.cases import CATALOGUE


@pytest.mark.parametrize(
    ("kind", "text", "interrupting", "expected"),
    [
        ("cycle", "R/PT1H", False, True),
        ("cycle", "R/PT1H", True, False),
        ("date", "${next_due()}", False, True),
        ("date", "${coalesce(next_due(), due)}", False, True),
        ("date", "${next_due()}", True, False),
        ("date", "${due}", False, False),
        ("date", "${coalesce(due, other)}", False, False),
        ("date", "2026-01-01T00:00:00Z", False, False),
        ("duration", "${next_due()}", False, False),
    ],
)
def test_what_repeats(kind: str, text: str, interrupting: bool, expected: bool) -> None:
    timer = TimerModel(kind, text)  # type: ignore[arg-type]
    element = ElementModel(id="t", kind="boundaryEvent", name="", scope="p", interrupting=interrupting, timer=timer)
    marked = mark_repeating({"t": element}, CATALOGUE)["t"].timer
    assert marked is not None
    assert marked.repeats is expected
