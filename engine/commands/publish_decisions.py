"""Publish a decision file: bytes that pass the check become the next immutable version."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlalchemy import insert, select

from engine.authorization import require
from engine.decisions.errors import DecisionsRefused
from engine.decisions.findings import finding
from engine.decisions.table import DecisionFile
from engine.definition.findings import Finding
from engine.models import DecisionDefinition, PublishedDecision
from engine.published_decisions import newest_file
from engine.unit_of_work import UnitOfWork

MAX_NAME = 200  # a longer name is cut in lists


@dataclass(frozen=True)
class PublishedFile:
    definition_id: int
    key: str
    version: int
    is_new: bool  # False: the same bytes were published before
    decisions: tuple[str, ...]  # ids
    findings: tuple[Finding, ...]  # remarks


def publish_decisions(uow: UnitOfWork, organisation_id: int, content: bytes) -> PublishedFile:
    """Raises DecisionsRefused with all findings; nothing is stored then.

    The bytes of the newest version make no new one; those of an older one do: that is how one goes back.
    """
    require(uow.actor, "definition.publish")
    report = uow.resources.decisions.check(content)
    elsewhere = _elsewhere(uow, organisation_id, report.file) if report.file else ()
    if report.file is None or elsewhere:
        raise DecisionsRefused(report.findings + elsewhere)
    file, digest = report.file, hashlib.sha256(content).hexdigest()
    ids = tuple(file.decisions)
    table = DecisionDefinition.__table__
    last = uow.connection.execute(
        select(table.c.id, table.c.version, table.c.sha256)
        .where(table.c.organisation_id == organisation_id, table.c.key == file.key)
        .order_by(table.c.version.desc())
        .limit(1)
    ).one_or_none()
    if last is not None and last.sha256 == digest:
        return PublishedFile(last.id, file.key, last.version, False, ids, report.findings)
    version = 1 if last is None else last.version + 1
    values = {
        "organisation_id": organisation_id,
        "key": file.key,
        "version": version,
        "name": file.name[:MAX_NAME],
        "content": content,
        "sha256": digest,
        "published_at": uow.now,
        "published_by": uow.actor.id,
    }
    definition_id: int = uow.connection.execute(
        insert(DecisionDefinition).values(values).returning(table.c.id)
    ).scalar_one()
    _store(uow, definition_id, file)
    told = {"definition": definition_id, "key": file.key, "version": version, "sha256": digest, "decisions": list(ids)}
    uow.loose_fact("decisions_published", organisation_id=organisation_id, **told)
    return PublishedFile(definition_id, file.key, version, True, ids, report.findings)


def _elsewhere(uow: UnitOfWork, organisation_id: int, file: DecisionFile) -> tuple[Finding, ...]:
    """A decision that another file of the organisation holds: nobody could say which of the two counts."""
    found = []
    for decision in file.decisions.values():
        row = uow.connection.execute(newest_file(organisation_id, decision.id)).one_or_none()
        if row is not None and row.key != file.key:
            found.append(finding("decision_elsewhere", decision.id, decision.name, id=decision.id, key=row.key))
    return tuple(found)


def _store(uow: UnitOfWork, definition_id: int, file: DecisionFile) -> None:
    rows = [
        {"definition_id": definition_id, "decision_id": one.id, "name": one.name[:MAX_NAME]}
        for one in file.decisions.values()
    ]
    uow.connection.execute(insert(PublishedDecision), rows)
