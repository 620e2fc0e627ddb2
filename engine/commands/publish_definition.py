"""Publish a diagram: bytes that pass the check become the next immutable version."""

from __future__ import annotations

from dataclasses import dataclass

from engine.authorization import require
from engine.definition.findings import DesignRefused, Finding
from engine.process_versions import store_version
from engine.publishing import require_second_person
from engine.spiff.trial import trial_start
from engine.unit_of_work import UnitOfWork


class DefinitionRefused(DesignRefused):
    """The diagram has {count} findings that must be mended before it is published."""

    code, status = "definition_refused", 422
    zh = "流程图有 {count} 处问题，改正后才能发布。"


@dataclass(frozen=True)
class Published:
    definition_id: int
    key: str
    version: int
    is_new: bool  # False: the same bytes were published before
    findings: tuple[Finding, ...]  # remarks


def publish_definition(uow: UnitOfWork, organisation_id: int, content: bytes) -> Published:
    """As `store_definition`, at once and alone. Raises Forbidden, SecondPersonNeeded, DefinitionRefused."""
    require(uow.actor, "definition.publish")
    require_second_person(uow)
    return store_definition(uow, organisation_id, content)


def store_definition(uow: UnitOfWork, organisation_id: int, content: bytes) -> Published:
    """Raises DefinitionRefused with all findings; nothing is stored then.

    The bytes of the newest version make no new one, unless a form that it shows has been published since; those of an
    older one do: that is how one goes back.
    """
    report = uow.resources.definitions.check_for(uow.connection, organisation_id, content)
    if report.model is None:
        raise DefinitionRefused(report.findings)
    trial_start(report.model)
    stored, is_new = store_version(uow, organisation_id, report.model, content)
    return Published(stored.id, stored.key, stored.version, is_new, report.findings)
