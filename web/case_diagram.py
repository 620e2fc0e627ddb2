"""Where a case stands in its diagram: the elements it waits at, those it has passed, those whose clock is late."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import url_for
from sqlalchemy import Connection

from engine.definition.model import ElementModel
from engine.queries.diagram import standing_at
from maintenance.clocks.drawing import names
from web.case_view import CaseView
from web.lights import present_round

COMPLETED = ("task_completed", "element_completed")
NO_TOKENS = "boundaryEvent"
"""A timer on the border of a phase is armed, but no token stands there."""


def case_diagram(connection: Connection, case: CaseView) -> dict[str, Any]:
    """{source, version, active, passed, late: ids of elements, lists: [(kind, names)]} as ticket.html draws it."""
    here = standing_at(connection, case.id) if case.active else frozenset()
    active = [one.id for one in _drawn(case) if one.id in here and one.kind != NO_TOKENS]
    done = {
        fact["element"]
        for item in case.items
        for fact in item.facts
        if fact["type"] in COMPLETED and "instance" not in fact
    }
    passed = [one.id for one in _drawn(case) if one.id in done and one.id not in active]
    breached = {clock.key for clock in present_round(case.clocks) if clock.state.verdict == "breached"}
    late = [one.id for one in _drawn(case) if breached & set(names(one.properties.get("sla.stop")))]
    return {
        "source": url_for("ticket.diagram", instance_id=case.id),
        "active": active,
        "passed": passed,
        "late": late,
        "lists": [(kind, _names(case, ids)) for kind, ids in (("active", active), ("late", late), ("passed", passed))],
    }


def _drawn(case: CaseView) -> Iterable[ElementModel]:
    return (one for one in case.model.elements.values() if one.drawn and one.kind != "process")


def _names(case: CaseView, ids: list[str]) -> list[str]:
    """Only what has a name in the drawing; each once."""
    named = (case.model.elements[id_].name for id_ in ids)
    return list(dict.fromkeys(name for name in named if name))
