"""The clocks of one ticket as they are stored: read once a command, written fact by fact."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from engine.calendar import TABLELESS
from engine.extensions import Context
from engine.models import User
from maintenance.clocks.events import ClockEvent, Kind
from maintenance.clocks.fold import ClockState, fold
from maintenance.clocks.terms import ClockTerms
from maintenance.clocks.thresholds import Threshold
from maintenance.models import ClockEventRow, ClockLight, SlaClock

MEMO = "clocks"


@dataclass
class StoredClock:
    """A clock with its facts and the lights already told."""

    id: int
    key: str
    round: int
    phase: str  # id of the sub-process that watches it
    terms: ClockTerms
    events: list[ClockEvent] = field(default_factory=list)
    lights: list[dict[str, Any]] = field(default_factory=list)  # rows of clock_light, by time

    def state(self, now: datetime) -> ClockState:
        return fold(self.events, self.terms, TABLELESS[self.terms.calendar], now)

    @property
    def told(self) -> set[tuple[str, str]]:
        return {(self.key, light["threshold"]) for light in self.lights}


def read_clocks(connection: Connection, root_id: int) -> list[StoredClock]:
    """All clocks of a ticket, oldest first."""
    clock, event, light = SlaClock.__table__, ClockEventRow.__table__, ClockLight.__table__
    columns = (clock.c.id, clock.c.key, clock.c.round, clock.c.phase, clock.c.terms)
    rows = connection.execute(select(*columns).where(clock.c.root_id == root_id).order_by(clock.c.id))
    clocks = {r.id: StoredClock(r.id, r.key, r.round, r.phase, ClockTerms.from_dict(r.terms)) for r in rows}
    if not clocks:
        return []
    user = User.__table__
    facts = connection.execute(
        select(event, user.c.display_name)
        .outerjoin(user, user.c.id == event.c.actor_id)
        .where(event.c.clock_id.in_(clocks))
        .order_by(event.c.clock_id, event.c.seq)
    )
    for r in facts.mappings():
        actor = r["display_name"] or ""
        clocks[r["clock_id"]].events.append(
            ClockEvent(r["kind"], r["at"], r["recorded_at"], actor, r["reason"], r["data"])
        )
    for told in connection.execute(select(light).where(light.c.clock_id.in_(clocks)).order_by(light.c.at)).mappings():
        clocks[told["clock_id"]].lights.append({**told})
    return list(clocks.values())


def present_round(clocks: list[StoredClock]) -> list[StoredClock]:
    """Those of the last round that has begun."""
    last = max((clock.round for clock in clocks), default=1)
    return [clock for clock in clocks if clock.round == last]


class ClockBook:
    """The clocks of the ticket of a running command."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self.clocks = read_clocks(context.connection, context.root_id)
        self._round: int | None = None  # begun in this command, with no clock yet

    @classmethod
    def of(cls, context: Context) -> ClockBook:
        """The command's one book of this ticket."""
        if MEMO not in context.memo:
            context.memo[MEMO] = cls(context)
        book: ClockBook = context.memo[MEMO]
        return book

    @property
    def round(self) -> int:
        return self._round or max((clock.round for clock in self.clocks), default=1)

    def begin_round(self) -> int:
        """A recurrence: what starts from now on is measured anew; the clocks of earlier rounds keep their verdicts."""
        self._round = self.round + 1
        return self._round

    def present(self) -> list[StoredClock]:
        """The clocks of the present round."""
        return [clock for clock in self.clocks if clock.round == self.round]

    def open(self, terms: ClockTerms, phase: str, at: datetime) -> StoredClock:
        """A new clock that runs from `at`."""
        context = self._context
        values = {
            "root_id": context.root_id,
            "organisation_id": context.organisation_id,
            "key": terms.key,
            "round": self.round,
            "name": terms.zh,
            "phase": phase,
            "terms": terms.as_dict(),
            "state": "running",
            "started_at": at,
        }
        id_: int = context.connection.execute(insert(SlaClock).values(values).returning(SlaClock.id)).scalar_one()
        clock = StoredClock(id_, terms.key, self.round, phase, terms)
        self.clocks.append(clock)
        self.add(clock, "started", at)
        return clock

    def add(self, clock: StoredClock, kind: Kind, at: datetime, reason: str = "", **data: Any) -> ClockState:
        """Record a fact, renew the cached row, and have the case's timers asked again.

        A fact cannot come before the clock's start: where the database's clock has stepped back, it counts from there.
        """
        context = self._context
        at = max([at, *(fact.at for fact in clock.events[:1])])
        context.connection.execute(
            insert(ClockEventRow).values(
                organisation_id=context.organisation_id,
                clock_id=clock.id,
                seq=len(clock.events) + 1,
                kind=kind,
                at=at,
                recorded_at=context.now,
                actor_id=context.actor.id,
                reason=reason,
                data=data,
            )
        )
        clock.events.append(ClockEvent(kind, at, context.now, context.actor.name, reason, data))
        state = clock.state(context.now)
        cached = {"state": state.state, "due_at": state.due_at, "stopped_at": state.stopped_at}
        context.connection.execute(update(SlaClock).where(SlaClock.id == clock.id).values(cached))
        context.reevaluate_timers()
        return state

    def tell(self, clock: StoredClock, light: Threshold) -> None:
        """Record that a light was told; the key of the row makes it once."""
        row = {
            "clock_id": clock.id,
            "threshold": light.name,
            "organisation_id": self._context.organisation_id,
            "level": light.level,
            "step": light.step,
            "at": light.at,
            "recorded_at": self._context.now,
            "escalate_to": light.escalate_to,
        }
        self._context.connection.execute(insert(ClockLight).values(row))
        clock.lights.append(row)
