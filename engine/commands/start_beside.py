"""Start a case beside a running ticket, such as an approval: it shares the ticket's lock, number and history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from engine import nouns
from engine.authorization import require
from engine.errors import EngineError, NotFound
from engine.models import ProcessInstance
from engine.starting import Started, require_starter, title_of
from engine.unit_of_work import UnitOfWork


class NotBeside(EngineError):
    """“{process}” cannot be started beside a case."""

    code, status = "not_beside", 422
    zh = "“{process}”不能在工单上发起。"


def start_beside(uow: UnitOfWork, ticket_id: int, key: str, data: Mapping[str, Any]) -> Started:
    """Validate the start form, open the typed facts of its kind, run to the first stop. The ticket runs on meanwhile.

    When the ticket ends, the case is cancelled with it. Raises NotFound (also for a ticket that the actor may not see,
    or an instance that is no ticket), Forbidden, InstanceNotActive, InstanceSuspended, NotBeside, NoPlainStart,
    Invalid, and what the kind refuses.
    """
    require(uow.actor, "case.start")
    table = ProcessInstance.__table__.alias()
    ticket_itself = select(table.c.id).where(table.c.id == ticket_id, table.c.root_id == ticket_id)
    ticket = uow.instance(ticket_id, uow.reach(nouns.CASE, ticket_itself.scalar_subquery()))
    definition = uow.newest(ticket.organisation_id, key)
    if definition is None:
        raise NotFound(what=nouns.PROCESS)
    parent = (ticket.id, None)
    case = uow.create(definition.id, ticket.organisation_id, definition.name, root_id=ticket.id, parent=parent)
    model, extensions = case.specification.model, uow.resources.extensions
    kind = extensions.case_kinds.get(model.process.properties.get("case.kind", ""))
    if kind is None or not kind.beside:
        raise NotBeside(process=model.name)
    require_starter(uow.actor, model)
    start = next((one for one in model.starts if not one.trigger), None)
    form_key, context = start.form_key if start is not None else None, case.context(start)
    cleaned = extensions.forms.validate(form_key, data, {}, context) if extensions.forms else dict(data)
    number = _number(uow, ticket.id)
    told = {"key": model.key, "process": definition.name, "form": form_key, **case.wording(form_key)}
    case.fact("instance_started", start, **told, data=cleaned)
    variables = {**cleaned, "case": {"number": number, "started_at": uow.now.isoformat()}}
    variables |= kind.open(case.context(None), variables)
    case.columns = {"title": title_of(case, definition.name, variables)}
    case.begin(variables)
    case.execution.advance()
    return Started(case.id, number, case.columns["title"])


def _number(uow: UnitOfWork, ticket_id: int) -> str:
    """The ticket's: what runs beside it has none of its own."""
    return str(uow.connection.scalar(select(ProcessInstance.business_key).where(ProcessInstance.id == ticket_id)))
