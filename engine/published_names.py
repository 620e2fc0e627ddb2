"""What a client has published so far, for the check of its next diagram: processes, what they call, decisions."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from sqlalchemy import Connection, select

from engine.extensions import DecisionSource
from engine.models import DecisionDefinition, ProcessDefinition, PublishedDecision

Calls = Callable[[int], frozenset[str]]
"""Id of a version -> keys of the processes that it calls."""


def newest_processes(connection: Connection, organisation_id: int) -> dict[str, int]:
    """Key -> id of the newest version."""
    table = ProcessDefinition.__table__
    query = select(table.c.key, table.c.id).where(table.c.organisation_id == organisation_id)
    return {key: id_ for key, id_ in connection.execute(query.order_by(table.c.version))}


class PublishedNames:
    """engine.definition.catalogue.Published, of one organisation. Asked only where a diagram calls or decides."""

    def __init__(
        self, connection: Connection, organisation_id: int, sources: list[DecisionSource], calls: Calls
    ) -> None:
        self._connection = connection
        self._organisation_id = organisation_id
        self._sources = sources
        self._calls = calls

    @cached_property
    def processes(self) -> dict[str, int]:
        """Key -> id of the newest version."""
        return newest_processes(self._connection, self._organisation_id)

    def calls(self, key: str) -> frozenset[str]:
        return self._calls(self.processes[key]) if key in self.processes else frozenset()

    @cached_property
    def decisions(self) -> frozenset[str]:
        """Of the newest version of each file, and of the sources."""
        file, decision = DecisionDefinition.__table__, PublishedDecision.__table__
        query = (
            select(file.c.key, file.c.id, decision.c.decision_id)
            .join(decision, decision.c.definition_id == file.c.id)
            .where(file.c.organisation_id == self._organisation_id)
        )
        rows = self._connection.execute(query).all()
        newest = {row.key: row.id for row in sorted(rows, key=lambda row: row.id)}
        published = {row.decision_id for row in rows if row.id == newest[row.key]}
        return frozenset(published).union(*(source.ids(self._connection) for source in self._sources))
