"""What a diagram must draw around its clocks: a phase with its yellow and red timers, and a stop inside the phase."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from engine.definition.findings import Finding
from engine.definition.model import ElementModel
from engine.errors import fill

WORK_ORDER_KIND = "work_order"
YELLOW, RED = "sla.next_warn()", "sla.next_breach()"

WORDS = {
    "clock_outside_phase": (
        "“{name}”起算时限，但它不是子流程：请把使用这些时限的任务放进一个子流程。",
        "“{name}” starts clocks but is no sub-process: put the tasks that share them into one.",
    ),
    "phase_without_lights": (
        "阶段“{name}”起算时限，但边界上缺少不中断的定时器 {function}：到点时不会亮灯。",
        "The phase “{name}” starts clocks but lacks a non-interrupting boundary timer {function}: no light would come.",
    ),
    "clock_without_work_order": (
        "“{name}”起算时限，但流程不是工单：请在流程的属性中加上 case.kind = work_order。",
        "“{name}” starts clocks, but the process is no work order: give it the property case.kind = work_order.",
    ),
    "clock_never_stopped": (
        "阶段“{name}”起算时限“{clock}”，但阶段内没有任务停止它（sla.stop）。",
        "The phase “{name}” starts the clock “{clock}”, but no task inside stops it (sla.stop).",
    ),
    "clock_never_started": (
        "“{name}”停止时限“{clock}”，但它所在的阶段没有起算该时限（sla.start）。",
        "“{name}” stops the clock “{clock}”, which no phase around it starts (sla.start).",
    ),
}
"""Finding code -> zh, en. Headings of docs/owner/clocks.md."""


def check_clocks(elements: Mapping[str, ElementModel]) -> Sequence[Finding]:
    """Findings about the properties `sla.start` and `sla.stop` of a diagram's elements by id."""
    found: list[Finding] = []
    for element in elements.values():
        found.extend(_check_start(element, elements))
        found.extend(_check_stop(element, elements))
    return found


def _check_start(element: ElementModel, elements: Mapping[str, ElementModel]) -> Iterator[Finding]:
    clocks = names(element.properties.get("sla.start"))
    if not clocks:
        return
    if element.kind != "subProcess":
        yield _finding("clock_outside_phase", element)
        return
    process = next((one for one in elements.values() if one.kind == "process"), None)
    if process is not None and process.properties.get("case.kind") != WORK_ORDER_KIND:
        yield _finding("clock_without_work_order", element)
    for function in (YELLOW, RED):
        if not any(_is_light(event, element, function) for event in elements.values()):
            yield _finding("phase_without_lights", element, function="${" + function + "}")
    stopped = {
        clock
        for inner in elements.values()
        if element.id in scopes(inner, elements)
        for clock in names(inner.properties.get("sla.stop"))
    }
    for clock in clocks:
        if clock not in stopped:
            yield _finding("clock_never_stopped", element, clock=clock)


def _check_stop(element: ElementModel, elements: Mapping[str, ElementModel]) -> Iterator[Finding]:
    around = [elements[scope] for scope in scopes(element, elements) if scope in elements]
    started = {clock for phase in around for clock in names(phase.properties.get("sla.start"))}
    for clock in names(element.properties.get("sla.stop")):
        if clock not in started:
            yield _finding("clock_never_started", element, clock=clock)


def _is_light(event: ElementModel, phase: ElementModel, function: str) -> bool:
    if event.attached_to != phase.id or event.interrupting or event.timer is None:
        return False
    return event.timer.kind == "date" and event.timer.text.strip() == "${" + function + "}"


def scopes(element: ElementModel, elements: Mapping[str, ElementModel]) -> list[str]:
    """Ids of the sub-processes and the process around an element, innermost first."""
    found = [element.scope]
    while found[-1] in elements and elements[found[-1]].scope not in found:
        found.append(elements[found[-1]].scope)
    return found


def names(value: str | None) -> list[str]:
    """The names in a comma separated property."""
    return [part.strip() for part in (value or "").split(",") if part.strip()]


def _finding(code: str, element: ElementModel, **params: str) -> Finding:
    zh, en = (fill(template, {"name": element.name or element.id, **params}) for template in WORDS[code])
    return Finding(code, "error", element.id, element.name or None, zh, en, help=code)
