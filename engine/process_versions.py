"""Storing the next version of a process: its bytes, the forms that it shows from now on, and what starts it."""

from __future__ import annotations

import hashlib
from typing import Any

from sqlalchemy import update

from engine.business_fields import declare_fields
from engine.definition.model import ProcessModel
from engine.design_kind import PublishedVersion
from engine.models import Design, ProcessDefinition, ReleaseItem
from engine.published_forms import newest_forms
from engine.publishing import newest_version, next_version
from engine.triggers import hand_over_triggers, replace_triggers
from engine.unit_of_work import UnitOfWork

PROCESS = "process"
"""The kind of designs that are processes."""

_table = ProcessDefinition.__table__


def store_version(
    uow: UnitOfWork, organisation_id: int, model: ProcessModel, content: bytes
) -> tuple[PublishedVersion, bool]:
    """The version with these bytes and the newest published forms; cases that run keep the version they have.

    False: the newest version has these bytes and forms already. `model`: of these bytes, checked.
    """
    published = newest_forms(uow.connection, organisation_id)
    forms = {key: published[key] for key in sorted(model.forms & published.keys())}
    last = newest_version(uow.connection, _table, organisation_id, model.key)
    stored, is_new = next_version(uow, _table, organisation_id, model.key, model.name, content, forms=forms)
    if not is_new:
        return stored, False
    declare_fields(uow.connection, organisation_id, model.key, model.field_types)
    if last is not None and last.content == content:
        hand_over_triggers(uow, organisation_id, stored.id, model.key)
        _hand_over_designs(uow, last.id, stored.id)
    else:
        replace_triggers(uow, organisation_id, stored.id, model)
    digest = hashlib.sha256(content).hexdigest()
    told: dict[str, Any] = {"definition": stored.id, "key": model.key, "version": stored.version, "sha256": digest}
    if forms:
        told["forms"] = forms
    uow.loose_fact("definition_published", organisation_id=organisation_id, **told)
    return stored, True


def _hand_over_designs(uow: UnitOfWork, old_id: int, new_id: int) -> None:
    """What is being worked on goes on from the version with the same bytes: nothing in it is out of date."""
    for model in (Design, ReleaseItem):
        of_version = (model.kind == PROCESS, model.base_id == old_id)
        uow.connection.execute(update(model).where(*of_version).values(base_id=new_id))
