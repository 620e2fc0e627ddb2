"""What all parts of one running command share: the connection, the actor, the one time stamp, the facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from engine.audit import canonical, seal
from engine.authorization import Actor
from engine.clock import Clock
from engine.definitions import Definitions, newest
from engine.design_kind import DesignKind
from engine.expressions.language import Language
from engine.extensions import Extensions
from engine.models import HistoryEvent, Participant, User
from engine.published_decisions import Decisions
from engine.statements import Statement
from engine.writes import Writes, insert_of

_APPEND = insert_of(
    HistoryEvent.__table__,
    *("organisation_id", "root_id", "seq", "at", "actor_id", "actor_name", "command", "facts"),
    *("previous_hash", "hash"),
)
_participant: Any = Participant.__table__
_FIRST = insert_of(_participant, "root_id", "organisation_id", "since", "reason")
_TAKES_PART = {
    name: Statement(
        insert(_participant).on_conflict_do_nothing().returning(_participant.c.since),
        *("root_id", "organisation_id", "since", "reason"),
    )
    for name, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
"""Adds a participant; a row comes back if there was none before."""


class RunAgain(Exception):
    """The command met a change made since it began to read; running it once more will settle it."""


@dataclass(frozen=True)
class Resources:
    """What an Engine lends to every command; made once a process."""

    clock: Clock
    extensions: Extensions
    language: Language
    definitions: Definitions
    decisions: Decisions
    history_key: bytes
    design_kinds: Mapping[str, DesignKind]  # by name
    two_person_publish: bool  # who has worked on something does not publish it


@dataclass
class Head:
    """The end of a case's history chain, read under its lock."""

    organisation_id: int
    seq: int
    hash: bytes | None
    suspended: str | None = None  # why nobody works on the case now
    parties: set[int] | None = None  # who takes part in a case that this command has begun; None: ask the database


@dataclass(frozen=True)
class Known:
    """A person whom a task may go to."""

    id: int
    newcomer: int | None  # his or her organisation, if it does not take part in the case yet


class Work:
    """Shared by the unit of work and the instances it has loaded."""

    def __init__(self, resources: Resources, connection: Connection, actor: Actor, command: str) -> None:
        self.resources = resources
        self.connection = connection
        self.actor = actor
        self.command = command
        self.heads: dict[int, Head] = {}  # locked roots
        self.calls: list[Any] = []  # engine.case.CallBegun: to be started before the command is saved
        self.called = 0  # how many this command has started
        self.dropped_calls: list[tuple[int, str]] = []  # instance and token of calls that were taken away
        self.throwers: list[tuple[Any, str]] = []  # case and token of escalations that a caller is asked about
        self.memos: dict[int, dict[str, Any]] = {}  # root id -> scratch space of the extensions
        self.moved: set[int] = set()  # roots whose clocks have moved: all their timers are asked again
        self.writes = Writes(connection)
        self._facts: dict[int, list[dict[str, Any]]] = {}
        self._loose: list[tuple[int | None, dict[str, Any]]] = []

    @cached_property
    def now(self) -> datetime:
        """The command's one time stamp (UTC), asked with the lock or after: a case's history never runs backwards."""
        return self.resources.clock.now(self.connection)

    def stamp(self, present: Any) -> None:
        """The time has come with a statement sent after the lock: Clock.column."""
        self.__dict__.setdefault("now", self.resources.clock.read(present))

    def newest(self, organisation_id: int, key: str) -> Any:
        """As `definitions.newest`; the time comes with it."""
        present = self.resources.clock.column(self.connection.dialect.name)
        row = newest(self.connection, organisation_id, key, present)
        if row is not None:
            self.stamp(row.present)
        return row

    def fact(self, root_id: int, type: str, **data: Any) -> None:
        """Add a fact to this command's history row of a case."""
        self._facts.setdefault(root_id, []).append({"type": type, **data})

    def loose_fact(self, type: str, *, organisation_id: int | None = None, **data: Any) -> None:
        """Add a fact of no case: a sign-in, a publication. It gets a row and a MAC of its own."""
        self._loose.append((organisation_id, {"type": type, **data}))

    def participant(self, root_id: int, organisation_id: int, reason: str) -> None:
        """Let an organisation see a case from now on; does nothing if it does already.

        Of a case that this command has begun the row is written at the command's end, as all its tasks are.
        """
        row = {"root_id": root_id, "organisation_id": organisation_id, "since": self.now, "reason": reason}
        if self._joins(root_id, row):
            self.fact(root_id, "participant_added", organisation=organisation_id, reason=reason)

    def _joins(self, root_id: int, row: Mapping[str, Any]) -> bool:
        """Whether a participant is a new one, who is then written."""
        parties = self.heads[root_id].parties
        if parties is None:
            return bool(_TAKES_PART[self.connection.dialect.name].all(self.connection, row))
        if row["organisation_id"] in parties:
            return False
        parties.add(row["organisation_id"])
        self.writes.add(_FIRST, row)
        return True

    def users(self, names: set[str], root_id: int) -> dict[str, Known]:
        """Active users by sign-in name: of the client, of who takes part in the case, and of the client's partners.

        Others do not exist: a name typed into a form must not open the case to another client.
        """
        if not names:
            return {}
        self.writes.send()
        part = select(Participant.organisation_id).where(Participant.root_id == root_id)
        client, partners = self.heads[root_id].organisation_id, self.resources.extensions.partners
        reached = [User.organisation_id == client, User.organisation_id.in_(part)]
        if partners is not None:
            reached.append(User.organisation_id.in_(partners(client, self.now)))
        inside = or_(*reached[:2]).label("inside")
        rows = self.connection.execute(
            select(User.username, User.id, User.organisation_id, inside).where(
                User.username.in_(names), User.active, or_(*reached)
            )
        )
        return {row.username: Known(row.id, None if row.inside else row.organisation_id) for row in rows}

    def write_history(self) -> dict[int, dict[str, Any]]:
        """One row a root for all facts of this command, sealed to the row before it; and the loose rows.

        Root id -> the new end of its chain, for the root's own row.
        """
        ends = {}
        for root_id, facts in self._facts.items():
            head = self.heads[root_id]
            head.seq += 1
            head.hash = self._append(head.organisation_id, root_id, head.seq, facts, head.hash)
            ends[root_id] = {"history_seq": head.seq, "history_head": head.hash}
        for organisation_id, fact in self._loose:
            self._append(organisation_id, None, None, [fact], None)
        self._facts, self._loose = {}, []
        return ends

    def _append(
        self,
        organisation_id: int | None,
        root_id: int | None,
        seq: int | None,
        facts: list[dict[str, Any]],
        previous: bytes | None,
    ) -> bytes:
        row: dict[str, Any] = {
            "organisation_id": organisation_id,
            "root_id": root_id,
            "seq": seq,
            "at": self.now,
            "actor_id": self.actor.id,
            "actor_name": self.actor.name,
            "command": self.command,
            "facts": canonical(facts),
            "previous_hash": previous,
        }
        row["hash"] = seal(self.resources.history_key, row)
        self.writes.add(_APPEND, row)
        return bytes(row["hash"])
