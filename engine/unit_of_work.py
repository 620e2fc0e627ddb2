"""The unit of work: instances loaded under the lock of their root, and saved together with their history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, bindparam, exists, insert, select

from engine import nouns
from engine.beside import end_beside
from engine.calls import CallingWork
from engine.case import Case
from engine.errors import InstanceNotActive, InstanceSuspended, NotFound, Words
from engine.models import ProcessInstance
from engine.statements import Statement
from engine.visibility import visible
from engine.work import Head, RunAgain
from engine.writes import changed, update_of

__all__ = ["INSTANCE", "RunAgain", "UnitOfWork", "locking"]

_root = ProcessInstance.__table__
_other = ProcessInstance.__table__.alias("other")
INSTANCE = (
    _root.c.definition_id,
    _root.c.execution,
    _root.c.fields,
    _root.c.state.label("instance_state"),
    _root.c.parent_id,
    _root.c.parent_task_id,
    exists()
    .where(_other.c.root_id == _root.c.root_id, _other.c.id != _root.c.id, _other.c.state == "active")
    .label("accompanied"),
)
"""What an instance is loaded from. A command may read it in one statement with its task or job."""


def locking(root: Any, *beside: Any, skip_locked: bool = False) -> Select[Any]:
    """The statement that locks a root instance row, for `UnitOfWork.hold`; its conditions are still to be added.

    Of the strength that lets others write rows that name the case: a delivery is posted to a busy case, too.
    `beside`: columns that are wanted with it. They are as they were when the statement began, and so perhaps older than
    the locked row.
    """
    head = (root.c.id, root.c.organisation_id, root.c.history_seq, root.c.history_head, root.c.suspended_reason)
    columns = [column.label(f"head_{column.name}") for column in head]
    return select(*columns, *beside).with_for_update(key_share=True, of=root, skip_locked=skip_locked)


_HEADED = update_of(_root, "history_seq", "history_head")
_CREATE = Statement(
    insert(ProcessInstance).returning(_root.c.id),
    *("organisation_id", "definition_id", "root_id", "parent_id", "parent_task_id", "title", "state", "fields"),
    *("started_at", "started_by", "history_seq"),
)
_BY_ID = Statement(locking(_root).where(_root.c.id == bindparam("root_id")))


class UnitOfWork(CallingWork):
    """Given to every command. Locks are taken on root instance rows only, ascending id; nothing here commits."""

    def __init__(self, *shared: Any) -> None:
        super().__init__(*shared)
        self._cases: dict[int, Case] = {}

    def reach(self, what: Words, root_id: Any, *, suspended: bool = False) -> int:
        """Lock the case if the actor may see it; its id. `root_id`: a scalar subquery.

        `suspended`: a suspended case will do, too. Whatever was read of the case before must be read again in a new
        statement. Raises NotFound(what), InstanceSuspended.
        """
        statement = locking(_root).where(_root.c.id == root_id, visible(_root, self.actor))
        row = self.connection.execute(statement).one_or_none()
        return self.hold(what, row, suspended=suspended)

    def hold(self, what: Words, row: Any, *, suspended: bool = False) -> int:
        """As `reach`, by what a statement of `locking` has found: its row, or None."""
        if row is None:
            raise NotFound(what=what)
        root_id: int = row.head_id
        if any(root_id < held for held in self.heads):
            raise AssertionError("roots are locked in ascending order")
        self.heads[root_id] = Head(
            row.head_organisation_id, row.head_history_seq, row.head_history_head, row.head_suspended_reason
        )
        if not suspended:
            self._require_running(root_id)
        return root_id

    def lock(self, root_id: int) -> None:
        """Lock a case of which is known that it may be changed. Raises NotFound."""
        if root_id not in self.heads:
            self.hold(nouns.CASE, _BY_ID.one_or_none(self.connection, {"root_id": root_id}), suspended=True)

    def instance(self, instance_id: int, root_id: int, row: Mapping[Any, Any] | None = None) -> Case:
        """The loaded instance, its root locked. `row`: its INSTANCE columns, when read under the lock already.

        Raises NotFound, InstanceNotActive when it has ended, and InstanceSuspended.
        """
        if instance_id not in self._cases:
            self.lock(root_id)
            self._require_running(root_id)
            self._cases[instance_id] = self._load(instance_id, root_id, row or self._row(instance_id))
        return self._cases[instance_id]

    @property
    def cases(self) -> tuple[Case, ...]:
        """The instances that this command has loaded or made."""
        return tuple(self._cases.values())

    def create(
        self,
        definition_id: int,
        organisation_id: int,
        name: str,
        *,
        root_id: int | None = None,
        parent: tuple[int, str | None] | None = None,
    ) -> Case:
        """A new instance row, without a state yet; a root of its own unless one is given.

        `parent`: the instance that calls it and the token that waits there; no token: it runs beside its ticket.
        """
        values: dict[str, Any] = {
            "organisation_id": organisation_id,
            "definition_id": definition_id,
            "root_id": root_id,
            "parent_id": parent[0] if parent else None,
            "parent_task_id": parent[1] if parent else None,
            "title": name[:200],
            "state": "active",
            "fields": {},
            "started_at": self.now,
            "started_by": self.actor.id,
            "history_seq": 0,
        }
        instance_id: int = _CREATE.scalar(self.connection, values)
        if root_id is None:
            self.heads[instance_id] = Head(organisation_id, 0, None, parties=set())
        specification = self.resources.definitions.specification(self.connection, definition_id)
        case = Case(self, instance_id, root_id or instance_id, organisation_id, specification, {}, _caller(parent))
        self._cases[instance_id] = case
        return case

    def save(self) -> None:
        """Write every loaded instance and the history of this command; what is saved is let go."""
        self.settle()
        while end_beside(self):
            self.settle()
        for case in self._with_moved_clocks():
            case.save_rows()
        heads = self.write_history()
        for case in self._cases.values():
            case.save_state(heads.pop(case.id, {}))
        for root_id, head in heads.items():
            self.writes.add(_HEADED, changed(root_id, head))
        self.writes.send()
        self._cases, self.memos = {}, {}

    def _with_moved_clocks(self) -> list[Case]:
        """All that is loaded, and every other instance of a ticket whose clocks have moved: its timers are asked."""
        for root_id in self.moved:
            if any(case.accompanied for case in self.cases if case.root_id == root_id):
                self.others(root_id)
        for case in self.cases:
            if case.root_id in self.moved:
                case.reevaluate_timers()
        self.moved = set()
        return list(self.cases)

    def others(self, root_id: int) -> list[Case]:
        """The running instances of a ticket beside those that are loaded; from now on they are."""
        running = (_root.c.root_id == root_id, _root.c.state == "active")
        ids = self.connection.scalars(select(_root.c.id).where(*running).order_by(_root.c.id)).all()
        return [self.instance(id_, root_id) for id_ in ids if id_ not in self._cases]

    def _require_running(self, root_id: int) -> None:
        reason = self.heads[root_id].suspended
        if reason is not None:
            raise InstanceSuspended(reason=reason)

    def _row(self, instance_id: int) -> Mapping[Any, Any]:
        row = self.connection.execute(select(*INSTANCE).where(_root.c.id == instance_id)).mappings().one_or_none()
        if row is None:
            raise NotFound(what=nouns.CASE)
        return row

    def _load(self, instance_id: int, root_id: int, row: Mapping[Any, Any]) -> Case:
        if row["instance_state"] != "active":
            raise InstanceNotActive(state=nouns.STATES[row["instance_state"]])
        specification = self.resources.definitions.specification(self.connection, row["definition_id"])
        parent = _caller((row["parent_id"], row["parent_task_id"]))
        organisation_id = self.heads[root_id].organisation_id
        case = Case(self, instance_id, root_id, organisation_id, specification, row["fields"], parent)
        case.accompanied = bool(row["accompanied"])
        case.resume(row["execution"])
        return case


def _caller(parent: tuple[int, str | None] | None) -> tuple[int, str] | None:
    """The call that waits for the end of a case; None: nobody does."""
    return (parent[0], parent[1]) if parent is not None and parent[1] is not None else None
