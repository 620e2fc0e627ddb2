"""Publish a decision file: bytes that pass the check become the next immutable version."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlalchemy import Connection, insert

from engine.authorization import require
from engine.decisions.errors import DecisionsRefused
from engine.decisions.findings import finding
from engine.decisions.table import DecisionFile
from engine.definition.findings import Finding
from engine.models import DecisionDefinition, PublishedDecision
from engine.published_decisions import newest_file
from engine.publishing import MAX_NAME, next_version, require_second_person
from engine.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class PublishedFile:
    definition_id: int
    key: str
    version: int
    is_new: bool  # False: the same bytes were published before
    decisions: tuple[str, ...]  # ids
    findings: tuple[Finding, ...]  # remarks


def publish_decisions(uow: UnitOfWork, organisation_id: int, content: bytes) -> PublishedFile:
    """As `store_decisions`, at once and alone. Raises Forbidden, SecondPersonNeeded, DecisionsRefused."""
    require(uow.actor, "definition.publish")
    require_second_person(uow)
    return store_decisions(uow, organisation_id, content)


def store_decisions(uow: UnitOfWork, organisation_id: int, content: bytes) -> PublishedFile:
    """Raises DecisionsRefused with all findings; nothing is stored then.

    The bytes of the newest version make no new one; those of an older one do: that is how one goes back.
    """
    report = uow.resources.decisions.check(content)
    elsewhere = decisions_elsewhere(uow.connection, organisation_id, report.file) if report.file else ()
    if report.file is None or elsewhere:
        raise DecisionsRefused(report.findings + elsewhere)
    file, ids = report.file, tuple(report.file.decisions)
    stored, is_new = next_version(uow, DecisionDefinition.__table__, organisation_id, file.key, file.name, content)
    if is_new:
        _store(uow, stored.id, file)
        digest = hashlib.sha256(content).hexdigest()
        told = {"definition": stored.id, "key": file.key, "version": stored.version, "sha256": digest}
        uow.loose_fact("decisions_published", organisation_id=organisation_id, **told, decisions=list(ids))
    return PublishedFile(stored.id, file.key, stored.version, is_new, ids, report.findings)


def decisions_elsewhere(connection: Connection, organisation_id: int, file: DecisionFile) -> tuple[Finding, ...]:
    """A decision that another file of the organisation holds: nobody could say which of the two counts."""
    found = []
    for decision in file.decisions.values():
        row = connection.execute(newest_file(organisation_id, decision.id)).one_or_none()
        if row is not None and row.key != file.key:
            found.append(finding("decision_elsewhere", decision.id, decision.name, id=decision.id, key=row.key))
    return tuple(found)


def _store(uow: UnitOfWork, definition_id: int, file: DecisionFile) -> None:
    rows = [
        {"definition_id": definition_id, "decision_id": one.id, "name": one.name[:MAX_NAME]}
        for one in file.decisions.values()
    ]
    uow.connection.execute(insert(PublishedDecision), rows)
