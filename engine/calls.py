"""Call activities: the called process is a case of its own below the same ticket; its end completes the call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from engine.definitions import newest
from engine.errors import EngineError
from engine.models import ProcessInstance
from engine.spiff.behaviour import Place
from engine.spiff.errors import ErrorNotCaught
from engine.spiff.raising import Raised

if TYPE_CHECKING:
    from engine.case import Case
    from engine.unit_of_work import UnitOfWork

MAX_NESTING = 50
"""Calls within each other."""


class CalledProcessUnknown(EngineError):
    """“{element}” calls the process “{key}”, which is not published."""

    code, status = "called_process_unknown", 422
    zh = "“{element}”调用的流程“{key}”没有发布。"


class TooManyCalls(EngineError):
    """Processes call each other more than {limit} deep."""

    code, status = "too_many_calls", 422
    zh = "流程相互调用超过 {limit} 层。"


@dataclass(frozen=True)
class Call:
    """A call activity that has begun and whose case is still to be started."""

    case: Case
    place: Place
    data: Mapping[str, Any]


def settle(uow: UnitOfWork) -> None:
    """Start what was called, return what has ended, hand errors on to callers, until nothing of it is left to do."""
    while _dropped(uow) or _left(uow) or _called(uow) or _returned(uow):
        pass


def _dropped(uow: UnitOfWork) -> bool:
    """A call was taken away: its case is cancelled with it."""
    if not uow.dropped_calls:
        return False
    parent_id, task_id = uow.dropped_calls.pop(0)
    table = ProcessInstance.__table__
    known = next((case for case in uow.cases if case.parent == (parent_id, task_id)), None)
    if known is None:
        found = uow.connection.execute(
            select(table.c.id, table.c.root_id).where(
                table.c.parent_id == parent_id, table.c.parent_task_id == task_id, table.c.state == "active"
            )
        ).one_or_none()
        known = uow.instance(found.id, found.root_id) if found is not None else None
    if known is not None and known.state == "active" and not known.execution.ended:
        known.cancel()
    return True


def _left(uow: UnitOfWork) -> bool:
    """What a case did not catch itself strikes the call activity in the case that called it."""
    for case in uow.cases:
        for raised in case.execution.take_left():
            _hand_on(uow, case, raised)
            return True
    return False


def _hand_on(uow: UnitOfWork, case: Case, raised: Raised) -> None:
    if raised.kind == "error":
        case.fact("error_raised", error=raised.code, text=raised.words)
        case.columns = {**case.columns, "end_reason": f"{raised.code or ''} {raised.words}".strip()[:500]}
    if case.parent is not None:
        case.returned = raised.kind == "error"
        _parent(uow, case).execution.fail(case.parent[1], raised)
    elif raised.kind == "escalation":
        case.fact("escalation_not_caught", escalation=raised.code)
    else:
        raise raised.cause or ErrorNotCaught(error=raised.code or raised.words)


def _called(uow: UnitOfWork) -> bool:
    if not uow.calls:
        return False
    call = uow.calls.pop(0)
    element, case = call.place.element, call.case
    definition = newest(uow.connection, case.organisation_id, element.calls or "")
    if definition is None:
        raise CalledProcessUnknown(element=element.name or element.id, key=element.calls)
    if _depth(uow, case) >= MAX_NESTING:
        raise TooManyCalls(limit=MAX_NESTING)
    context = case.context(element)
    passed = dict(call.data) if element.passes_all else {"case": call.data.get("case")}
    passed |= {name: context.value(text, call.data) for name, text in element.inputs.items()}
    parent = (case.id, call.place.task_id)
    child = uow.create(definition.id, case.organisation_id, definition.name, root_id=case.root_id, parent=parent)
    child.fact("instance_started", key=element.calls, called_by=element.id)
    child.begin(passed)
    child.execution.advance()
    return True


def _returned(uow: UnitOfWork) -> bool:
    """A case has ended that was called: its outcome completes the call."""
    for case in uow.cases:
        if case.parent is None or case.returned or case.state != "active" or not case.execution.ended:
            continue
        case.returned = True
        parent, data = _parent(uow, case), case.execution.data
        element = parent.execution.element(case.parent[1])
        context = parent.context(element)
        brought = dict(data) if element.returns_all else {}
        brought |= {name: context.value(text, data) for name, text in element.outputs.items()}
        parent.note_fields(brought)
        parent.execution.finish(case.parent[1], brought)
        return True
    return False


def _parent(uow: UnitOfWork, case: Case) -> Case:
    return uow.instance(case.parent[0] if case.parent else case.id, case.root_id)


def _depth(uow: UnitOfWork, case: Case) -> int:
    depth, parent_id = 0, case.parent[0] if case.parent else None
    while parent_id is not None and depth < MAX_NESTING:
        depth += 1
        parent_id = uow.connection.scalar(select(ProcessInstance.parent_id).where(ProcessInstance.id == parent_id))
    return depth
