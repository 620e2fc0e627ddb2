"""Publish a form: bytes that pass the check become the next immutable version, and processes show it from now on."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from engine.authorization import require
from engine.definitions import PublishedDefinitionRefused
from engine.design_kind import PublishedVersion
from engine.errors import EngineError
from engine.models import FormDefinition, ProcessDefinition
from engine.process_versions import store_version
from engine.published_names import newest_processes
from engine.publishing import next_version, require_second_person
from engine.unit_of_work import UnitOfWork


class NoForms(EngineError):
    """This installation knows no forms."""

    code, status = "no_forms", 422
    zh = "本系统没有表单功能。"


@dataclass(frozen=True)
class PublishedForm:
    form_id: int
    key: str
    version: int
    is_new: bool  # False: the same bytes were the newest version before
    processes: tuple[PublishedVersion, ...]  # new versions of the processes that show it


def publish_form(uow: UnitOfWork, organisation_id: int, content: bytes) -> PublishedForm:
    """As `store_form`, at once and alone. Raises Forbidden, SecondPersonNeeded, and what the check refuses."""
    require(uow.actor, "definition.publish")
    require_second_person(uow)
    return store_form(uow, organisation_id, content)


def store_form(uow: UnitOfWork, organisation_id: int, content: bytes) -> PublishedForm:
    """Raises what the check refuses, a DesignRefused with all findings; nothing is stored then.

    Every process of the organisation whose newest version shows the form gets a version with the same bytes and this
    form; cases that run keep the form they began with. The bytes of the newest version make no new one.
    """
    forms = uow.resources.extensions.forms
    if forms is None:
        raise NoForms
    head = forms.read(content)
    stored, is_new = next_version(uow, FormDefinition.__table__, organisation_id, head.key, head.title, content)
    if not is_new:
        return PublishedForm(stored.id, head.key, stored.version, False, ())
    digest = hashlib.sha256(content).hexdigest()
    told = {"form": stored.id, "key": head.key, "version": stored.version, "sha256": digest}
    uow.loose_fact("form_published", organisation_id=organisation_id, **told)
    processes = tuple(_renewed(uow, organisation_id, head.key))
    return PublishedForm(stored.id, head.key, stored.version, True, processes)


def _renewed(uow: UnitOfWork, organisation_id: int, form_key: str) -> Iterator[PublishedVersion]:
    """The processes that show the form, each with a new version. One that does not run any more is passed over."""
    for definition_id in newest_processes(uow.connection, organisation_id).values():
        try:
            model = uow.resources.definitions.model(uow.connection, definition_id)
        except PublishedDefinitionRefused:
            continue
        if form_key in model.forms:
            content = select(ProcessDefinition.content).where(ProcessDefinition.id == definition_id)
            yield store_version(uow, organisation_id, model, uow.connection.execute(content).scalar_one())[0]
