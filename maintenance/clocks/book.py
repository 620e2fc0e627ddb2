"""The clocks of one ticket as they are stored: read once a command, written fact by fact."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, insert, select, update

from engine.calendar import TABLELESS
from engine.extensions import Context
from engine.models import User
from engine.statements import Statement
from maintenance.clocks.events import ClockEvent, Kind
from maintenance.clocks.fold import ClockState, fold
from maintenance.clocks.terms import ClockTerms
from maintenance.clocks.thresholds import Threshold
from maintenance.models import ClockEventRow, ClockLight, SlaClock

MEMO = "clocks"
_clock, _event, _light, _user = SlaClock.__table__, ClockEventRow.__table__, ClockLight.__table__, User.__table__
_IDS: BindParameter[list[int]] = bindparam("ids", expanding=True)
_CLOCKS = Statement(
    select(_clock.c.id, _clock.c.key, _clock.c.round, _clock.c.phase, _clock.c.terms)
    .where(_clock.c.root_id == bindparam("root_id"))
    .order_by(_clock.c.id)
)
_FACTS = Statement(
    select(_event, _user.c.display_name)
    .outerjoin(_user, _user.c.id == _event.c.actor_id)
    .where(_event.c.clock_id.in_(_IDS))
    .order_by(_event.c.clock_id, _event.c.seq)
)
_LIGHTS = Statement(select(_light).where(_light.c.clock_id.in_(_IDS)).order_by(_light.c.at))


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
    rows = _CLOCKS.all(connection, {"root_id": root_id})
    clocks = {r.id: StoredClock(r.id, r.key, r.round, r.phase, ClockTerms.from_dict(r.terms)) for r in rows}
    if not clocks:
        return []
    ids = {"ids": list(clocks)}
    for r in _FACTS.all(connection, ids):
        actor = r.display_name or ""
        clocks[r.clock_id].events.append(ClockEvent(r.kind, r.at, r.recorded_at, actor, r.reason, r.data))
    for told in _LIGHTS.all(connection, ids):
        clocks[told.clock_id].lights.append(told._asdict())
    return list(clocks.values())


def cached(state: ClockState) -> dict[str, Any]:
    """What the clock's row keeps of its fold: all of it follows from the facts, whatever the hour."""
    return {
        "state": state.state,
        "due_at": state.due_at,
        "warn_at": state.warn_at,
        "stopped_at": state.stopped_at,
        "gapped": bool(state.gap),
        "clearable": state.clearable,
    }


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
        context.connection.execute(update(SlaClock).where(SlaClock.id == clock.id).values(cached(state)))
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
