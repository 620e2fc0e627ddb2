"""Beginning a case: its row, its number, its typed facts, its first steps. Commands and triggers begin cases here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from engine import nouns
from engine.authorization import ENGINE, Actor
from engine.calendar import SHANGHAI
from engine.case import Case
from engine.definition.model import ElementModel, ProcessModel
from engine.errors import EngineError, Forbidden, NotFound
from engine.unit_of_work import UnitOfWork

DEFAULT_PREFIX = "WF"
MAX_PREFIX = 20  # letters
MAX_TITLE = 200

Reader = Callable[[Case, ElementModel | None], dict[str, Any]]
"""What the new case and its start event make of what the case is begun with."""


class OnlyBeside(EngineError):
    """“{process}” is no ticket of its own: it is started beside a running one."""

    code, status = "only_beside", 422
    zh = "“{process}”不能单独发起，只能在办理中的工单上发起。"


@dataclass(frozen=True)
class Started:
    instance_id: int
    business_key: str  # 工单号; of a case beside a ticket, the ticket's
    title: str


def start_case(
    uow: UnitOfWork, definition: tuple[int, str], organisation_id: int, read: Reader, at: str | None = None
) -> Started:
    """Begin a root instance and run to its first stop. `definition`: id and name; `at`: id of the start event.

    Raises NotFound for who may not start for others, Forbidden for who is none of its starters, NoPlainStart,
    OnlyBeside, and what the case's kind refuses.
    """
    definition_id, name = definition
    case = uow.create(definition_id, organisation_id, name)
    model = case.specification.model
    if at is None:
        require_starter(uow.actor, model)
    start = next((one for one in model.starts if one.id == at or (at is None and not one.trigger)), None)
    cleaned = read(case, start)
    business_key = _number(uow, case)
    begun: dict[str, Any] = {"at": at} if at else case.wording(start.form_key if start else None)
    case.fact("instance_started", None, key=model.key, number=business_key, data=cleaned, **begun)
    if uow.actor.organisation_id is not None:
        uow.participant(case.root_id, uow.actor.organisation_id, "raised")
    variables = {**cleaned, "case": {"number": business_key, "started_at": uow.now.isoformat()}}
    variables |= _typed_facts(uow, case, variables)
    title = title_of(case, name, variables)
    case.columns = {"business_key": business_key, "title": title}
    case.begin(variables, at)
    case.execution.advance()
    return Started(case.id, business_key, title)


def require_starter(actor: Actor, model: ProcessModel) -> None:
    """Where the drawing names groups of starters (candidateStarterGroups), nobody else starts it. Raises Forbidden."""
    groups = {group.strip() for group in (model.process.candidate_groups or "").split(",")} - {""}
    if groups and actor is not ENGINE and not groups & actor.groups:
        raise Forbidden(reason=nouns.NOT_A_STARTER)


def title_of(case: Case, name: str, variables: Mapping[str, Any]) -> str:
    """As the drawing says (property `case.title`), or the process's name."""
    text = case.specification.model.process.properties.get("case.title", name)
    return str(case.context(None).value(text, variables))[:MAX_TITLE]


def _typed_facts(uow: UnitOfWork, case: Case, variables: Mapping[str, Any]) -> dict[str, Any]:
    """Of the kind that the process declares. Who may start a case of a kind for others is the kind's to judge."""
    model = case.specification.model
    key = model.process.properties.get("case.kind")
    if key is not None:
        kind = uow.resources.extensions.case_kinds[key]
        if kind.beside:
            raise OnlyBeside(process=model.name)
        return kind.open(case.context(None), variables)
    if uow.actor is not ENGINE and uow.actor.organisation_id != case.organisation_id:
        raise NotFound(what=nouns.PROCESS)
    return {}


def _number(uow: UnitOfWork, case: Case) -> str:
    """The 工单号: prefix, day of the report in the calendar's zone, and the instance's id, so that no two can meet."""
    prefix = case.specification.model.process.properties.get("case.prefix", DEFAULT_PREFIX)[:MAX_PREFIX]
    return f"{prefix}-{uow.now.astimezone(SHANGHAI):%Y%m%d}-{case.id:05d}"
