"""Start a ticket: a new root instance of the newest version of a process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from engine import nouns
from engine.authorization import ENGINE, require
from engine.calendar import SHANGHAI
from engine.case import Case
from engine.errors import NotFound
from engine.models import ProcessDefinition
from engine.unit_of_work import UnitOfWork

DEFAULT_PREFIX = "WF"
MAX_PREFIX = 20  # letters


@dataclass(frozen=True)
class Started:
    instance_id: int
    business_key: str  # 工单号
    title: str


def start_instance(uow: UnitOfWork, organisation_id: int, key: str, data: Mapping[str, Any]) -> Started:
    """Validate the start form, open the case's typed facts, run to the first stop.

    `organisation_id`: the client whose case it is. Raises NotFound (no such process), Forbidden, Invalid.
    """
    require(uow.actor, "case.start")
    table = ProcessDefinition.__table__
    definition = uow.connection.execute(
        select(table.c.id, table.c.name)
        .where(table.c.organisation_id == organisation_id, table.c.key == key)
        .order_by(table.c.version.desc())
        .limit(1)
    ).one_or_none()
    if definition is None:
        raise NotFound(what=nouns.PROCESS)
    case = uow.create(definition.id, organisation_id, definition.name)
    process = case.specification.model.process
    cleaned = _cleaned(uow, case, data)
    business_key = _number(uow, case)
    case.fact("instance_started", key=key, number=business_key, data=cleaned)
    if uow.actor.organisation_id is not None:
        uow.participant(case.root_id, uow.actor.organisation_id, "raised")
    variables = {**cleaned, "case": {"number": business_key, "started_at": uow.now.isoformat()}}
    kind = process.properties.get("case.kind")
    if kind is None and uow.actor is not ENGINE and uow.actor.organisation_id != organisation_id:
        raise NotFound(what=nouns.PROCESS)  # who may start for others is a matter of the case's kind
    if kind is not None:
        context = case.context(None)
        variables |= uow.resources.extensions.case_kinds[kind].open(context, variables)
    title = process.properties.get("case.title", definition.name)
    text = str(case.context(None).value(title, variables))[:200]
    case.columns = {"business_key": business_key, "title": text}
    case.begin(variables)
    case.execution.advance()
    return Started(case.id, business_key, text)


def _cleaned(uow: UnitOfWork, case: Case, data: Mapping[str, Any]) -> dict[str, Any]:
    model = case.specification.model
    form_key = next(
        (e.form_key for e in model.elements.values() if e.kind == "startEvent" and e.scope == model.key), None
    )
    forms = uow.resources.extensions.forms
    return forms.validate(form_key, data, {}, case.context(None)) if forms else dict(data)


def _number(uow: UnitOfWork, case: Case) -> str:
    """The 工单号: prefix, day of the report in the calendar's zone, and the instance's id, so that no two can meet."""
    prefix = case.specification.model.process.properties.get("case.prefix", DEFAULT_PREFIX)[:MAX_PREFIX]
    return f"{prefix}-{uow.now.astimezone(SHANGHAI):%Y%m%d}-{case.id:05d}"
