"""Start a ticket: a new root instance of the newest version of a process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine import nouns
from engine.authorization import require
from engine.case import Case
from engine.definition.model import ElementModel
from engine.errors import NotFound
from engine.starting import Started, start_case
from engine.unit_of_work import UnitOfWork


def start_instance(uow: UnitOfWork, organisation_id: int, key: str, data: Mapping[str, Any]) -> Started:
    """Validate the start form, open the case's typed facts, run to the first stop.

    `organisation_id`: the client whose case it is. Raises NotFound (no such process), Forbidden, Invalid, NoPlainStart.
    """
    require(uow.actor, "case.start")
    definition = uow.newest(organisation_id, key)
    if definition is None:
        raise NotFound(what=nouns.PROCESS)

    def read(case: Case, start: ElementModel | None) -> dict[str, Any]:
        forms = uow.resources.extensions.forms
        form_key = start.form_key if start is not None else None
        return forms.validate(form_key, data, {}, case.context(start)) if forms else dict(data)

    return start_case(uow, (definition.id, definition.name), organisation_id, read)
