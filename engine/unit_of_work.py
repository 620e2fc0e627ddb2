"""The unit of work: instances loaded under the lock of their root, and saved together with their history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert, select

from engine.case import Case
from engine.errors import InstanceNotActive, NotFound
from engine.models import ProcessInstance
from engine.work import Head, RunAgain, Work

__all__ = ["RunAgain", "UnitOfWork"]

STATE_ZH = {"completed": "结束", "cancelled": "撤销"}


class UnitOfWork(Work):
    """Given to every command. Locks are taken on root instance rows only, ascending id; nothing here commits."""

    def __init__(self, *shared: Any) -> None:
        super().__init__(*shared)
        self._cases: dict[int, Case] = {}

    def lock(self, root_id: int) -> None:
        """Wait for and hold the case. Whatever was read of it before must be read again in a new statement."""
        if root_id in self.heads:
            return
        if any(root_id < held for held in self.heads):
            raise AssertionError("roots are locked in ascending order")
        table = ProcessInstance.__table__
        row = self.connection.execute(
            select(table.c.organisation_id, table.c.history_seq, table.c.history_head)
            .where(table.c.id == root_id)
            .with_for_update()
        ).one_or_none()
        if row is None:
            raise NotFound(what="工单")
        self.heads[root_id] = Head(*row)

    def instance(self, instance_id: int, root_id: int) -> Case:
        """The loaded instance, its root locked. Raises InstanceNotActive when it has ended."""
        if instance_id not in self._cases:
            self.lock(root_id)
            self._cases[instance_id] = self._load(instance_id, root_id)
        return self._cases[instance_id]

    def create(self, definition_id: int, organisation_id: int, name: str, *, root_id: int | None = None) -> Case:
        """A new instance row, without a state yet; a root of its own unless one is given."""
        values: dict[str, Any] = {
            "organisation_id": organisation_id,
            "definition_id": definition_id,
            "root_id": root_id,
            "title": name[:200],
            "state": "active",
            "fields": {},
            "started_at": self.now,
            "started_by": self.actor.id,
            "history_seq": 0,
        }
        instance_id: int = self.connection.execute(
            insert(ProcessInstance).values(**values).returning(ProcessInstance.id)
        ).scalar_one()
        if root_id is None:
            self.heads[instance_id] = Head(organisation_id, 0, None)
        specification = self.resources.definitions.specification(self.connection, definition_id)
        case = Case(self, instance_id, root_id or instance_id, organisation_id, specification, {})
        self._cases[instance_id] = case
        return case

    def save(self) -> None:
        """Write every loaded instance and the history of this command; what is saved is let go."""
        for case in self._cases.values():
            case.save()
        self._cases = {}
        self.write_history()

    def _load(self, instance_id: int, root_id: int) -> Case:
        table = ProcessInstance.__table__
        columns = (table.c.definition_id, table.c.organisation_id, table.c.state, table.c.execution, table.c.fields)
        row: Mapping[str, Any] | None = (
            self.connection.execute(select(*columns).where(table.c.id == instance_id)).mappings().one_or_none()
        )
        if row is None:
            raise NotFound(what="工单")
        if row["state"] != "active":
            raise InstanceNotActive(state=STATE_ZH[row["state"]])
        specification = self.resources.definitions.specification(self.connection, row["definition_id"])
        case = Case(self, instance_id, root_id, row["organisation_id"], specification, row["fields"])
        case.resume(row["execution"])
        return case
