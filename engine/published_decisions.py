"""Published decisions ready to be made: found by the id a diagram names, compiled once a version, shared by all."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from sqlalchemy import Connection, Select, exists, select

from engine import nouns
from engine.decisions.check import DecisionReport, check_decisions, compile_decisions
from engine.decisions.table import Decision, DecisionFile
from engine.errors import NotFound
from engine.expressions.language import Language
from engine.models import DecisionDefinition, PublishedDecision

_file = DecisionDefinition.__table__
_newer = _file.alias()
_decision = PublishedDecision.__table__


@dataclass(frozen=True)
class FoundDecision:
    """A decision of the newest version of its file."""

    decision: Decision
    definition_id: int
    key: str  # of the file
    version: int
    sha256: str  # of the file's bytes


class Decisions:
    """The cache of compiled decision files, and the check with the functions of this installation."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._compiled: dict[int, DecisionFile] = {}
        self._lock = threading.Lock()

    def check(self, content: bytes) -> DecisionReport:
        """All findings of a decision file, gaps and overlaps included; its decisions when there is no error."""
        return check_decisions(content, self._language)

    def compile(self, content: bytes) -> DecisionFile:
        """The decisions of a file that is not published. Raises DecisionsRefused."""
        return compile_decisions(content, self._language)

    def find(self, connection: Connection, organisation_id: int, decision_id: str) -> FoundDecision:
        """The decision as it stands in the newest version of the organisation's files. Raises NotFound."""
        row = connection.execute(newest_file(organisation_id, decision_id)).one_or_none()
        if row is None:
            raise NotFound(what=nouns.DECISION)
        decision = self.file(connection, row.id).decisions[decision_id]
        return FoundDecision(decision, row.id, row.key, row.version, row.sha256)

    def file(self, connection: Connection, definition_id: int) -> DecisionFile:
        """The compiled file; raises NotFound. A published version never changes, so it is never evicted."""
        found = self._compiled.get(definition_id)
        if found is not None:
            return found
        with self._lock:
            if definition_id not in self._compiled:
                content = connection.scalar(select(_file.c.content).where(_file.c.id == definition_id))
                if content is None:
                    raise NotFound(what=nouns.DECISION)
                self._compiled[definition_id] = self.compile(content)
            return self._compiled[definition_id]


def newest_file(organisation_id: int, decision_id: str) -> Select[tuple[int, str, int, str]]:
    """Selects id, key, version and SHA-256 of the file that holds the decision in its newest version; no or one row."""
    is_newest = ~exists().where(
        _newer.c.organisation_id == _file.c.organisation_id,
        _newer.c.key == _file.c.key,
        _newer.c.version > _file.c.version,
    )
    return (
        select(_file.c.id, _file.c.key, _file.c.version, _file.c.sha256)
        .join(_decision, _decision.c.definition_id == _file.c.id)
        .where(_file.c.organisation_id == organisation_id, _decision.c.decision_id == decision_id, is_newest)
        .order_by(_file.c.id.desc())
        .limit(1)
    )
