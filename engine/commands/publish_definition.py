"""Publish a diagram: bytes that pass the check become the next immutable version."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlalchemy import insert, select

from engine.authorization import require
from engine.business_fields import declare_fields
from engine.definition.findings import Finding
from engine.errors import EngineError
from engine.models import ProcessDefinition
from engine.spiff.trial import trial_start
from engine.triggers import replace_triggers
from engine.unit_of_work import UnitOfWork

MAX_NAME = 200  # a longer name of a drawing is cut in lists


class DefinitionRefused(EngineError):
    """The diagram has {count} findings that must be mended before it is published."""

    code, status = "definition_refused", 422
    zh = "流程图有 {count} 处问题，改正后才能发布。"

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        self.findings = findings
        super().__init__(count=sum(finding.severity == "error" for finding in findings))


@dataclass(frozen=True)
class Published:
    definition_id: int
    key: str
    version: int
    is_new: bool  # False: the same bytes were published before
    findings: tuple[Finding, ...]  # remarks


def publish_definition(uow: UnitOfWork, organisation_id: int, content: bytes) -> Published:
    """Raises DefinitionRefused with all findings; nothing is stored then.

    The bytes of the newest version make no new one; those of an older one do: that is how one goes back.
    """
    require(uow.actor, "definition.publish")
    report = uow.resources.definitions.check_for(uow.connection, organisation_id, content)
    if report.model is None:
        raise DefinitionRefused(report.findings)
    trial_start(report.model)
    digest = hashlib.sha256(content).hexdigest()
    table = ProcessDefinition.__table__
    last = uow.connection.execute(
        select(table.c.id, table.c.version, table.c.sha256)
        .where(table.c.organisation_id == organisation_id, table.c.key == report.model.key)
        .order_by(table.c.version.desc())
        .limit(1)
    ).one_or_none()
    if last is not None and last.sha256 == digest:
        return Published(last.id, report.model.key, last.version, False, report.findings)
    version = 1 if last is None else last.version + 1
    values = {
        "organisation_id": organisation_id,
        "key": report.model.key,
        "version": version,
        "name": report.model.name[:MAX_NAME],
        "content": content,
        "sha256": digest,
        "published_at": uow.now,
        "published_by": uow.actor.id,
    }
    stored = insert(ProcessDefinition).values(values).returning(table.c.id)
    definition_id: int = uow.connection.execute(stored).scalar_one()
    declare_fields(uow.connection, organisation_id, report.model.key, report.model.field_types)
    replace_triggers(uow, organisation_id, definition_id, report.model)
    told = {"definition": definition_id, "key": report.model.key, "version": version, "sha256": digest}
    uow.loose_fact("definition_published", organisation_id=organisation_id, **told)
    return Published(definition_id, report.model.key, version, True, report.findings)
