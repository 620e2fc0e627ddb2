"""A diagram that starts clocks must draw their phase, both lights and a stop; what is missing is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.definition.model import ElementModel, TimerModel
from maintenance.clocks.drawing import WORDS, check_clocks


def element(id: str, kind: str, scope: str = "p", **more: object) -> ElementModel:
    return ElementModel(id=id, kind=kind, name=f"“{id}”", scope=scope, **more)  # type: ignore[arg-type]


def light(id: str, function: str, *, interrupting: bool = False, kind: str = "date") -> ElementModel:
    timer = TimerModel(kind, "${" + function + "}")  # type: ignore[arg-type]
    return element(id, "boundaryEvent", attached_to="phase", interrupting=interrupting, timer=timer)


GOOD = (
    element("p", "process", properties={"case.kind": "work_order"}),
    element("phase", "subProcess", properties={"sla.start": "respond, arrive"}),
    element("a", "userTask", "phase", properties={"sla.stop": "respond"}),
    element("deep", "subProcess", "phase"),
    element("b", "userTask", "deep", properties={"sla.stop": "arrive"}),
    light("y", "sla.next_warn()"),
    light("r", "sla.next_breach()"),
)


def codes(*elements: ElementModel) -> list[tuple[str, str | None]]:
    return [(found.code, found.element_id) for found in check_clocks({one.id: one for one in elements})]


def test_a_phase_with_both_lights_and_its_stops_has_no_finding() -> None:
    assert codes(*GOOD) == []


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (element("phase", "userTask", properties={"sla.start": "respond"}), ("clock_outside_phase", "phase")),
        (element("p", "process"), ("clock_without_work_order", "phase")),
        (light("y", "sla.next_breach()"), ("phase_without_lights", "phase")),
        (light("r", "sla.next_breach()", interrupting=True), ("phase_without_lights", "phase")),
        (light("r", "sla.next_breach()", kind="duration"), ("phase_without_lights", "phase")),
        (element("b", "userTask", "deep"), ("clock_never_stopped", "phase")),
        (element("b", "userTask", "p", properties={"sla.stop": "arrive"}), ("clock_never_started", "b")),
        (element("a", "userTask", "phase", properties={"sla.stop": "respond,repair"}), ("clock_never_started", "a")),
    ],
)
def test_what_is_missing_is_named(changed: ElementModel, expected: tuple[str, str]) -> None:
    drawn = {one.id: one for one in GOOD} | {changed.id: changed}
    assert expected in codes(*drawn.values())


def test_each_code_is_explained_to_owners() -> None:
    page = (Path(__file__).parents[2] / "docs" / "owner" / "clocks.md").read_text(encoding="utf-8")
    assert [line.removeprefix("### ") for line in page.splitlines() if line.startswith("### ")] == list(WORDS)
