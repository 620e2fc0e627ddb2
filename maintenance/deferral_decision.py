"""The decision on a deferral: granted, refused or never made, and what that does to the clocks, at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, select, update

from engine.durations import parse_instant
from engine.errors import EngineError
from engine.extensions import Context, Parameter, Service
from maintenance.clocks.book import ClockBook, StoredClock
from maintenance.clocks.events import Kind
from maintenance.clocks.fold import ClockState
from maintenance.clocks.tally import Remark
from maintenance.deferral_words import local, wrong
from maintenance.models import Deferral
from maintenance.queries.deferrals import pending_deferral

GRANTED = "granted_until"
"""The field of the review form that holds the end which `sla.extend` is given."""


class NoDeferral(EngineError):
    """The step decides on a deferral, and this case is no application that waits for a decision."""

    code, status = "no_deferral", 422
    zh = "该步骤用于决定延时，而本流程不是待决定的延时申请。"


def extend(context: Context, /, **parameters: Any) -> dict[str, Any]:
    """Grant the deferral: every clock that was told of the application is due at its end, in this very transaction.

    `until`: not later than was asked for. Returns {"until", "clocks"}. Raises NoDeferral, and Invalid for the end.
    """
    row = _undecided(context)
    until = _granted(row, parameters["until"])
    book = ClockBook.of(context)
    moved, due = [], [at for clock in _told(book, row) if (at := clock.state(context.now).due_at) is not None]
    if due and until <= min(due):
        zh, en = (
            "批准的终点不晚于原到期时间 {due}，等于没有延时。",
            "The end is not later than the due time {due}: nothing moves.",
        )
        raise wrong(GRANTED, "not_longer", zh, en, {"due": local(min(due))})
    for clock in _told(book, row):
        before = clock.state(context.now)
        data = {"deferral": row["instance_id"], "until": until.isoformat()}
        after = book.add(clock, "extended", context.now, row["reason"], **data)
        if after.deferrals > before.deferrals:
            moved.append(clock.key)
            told = {"before": _iso(before.due_at), "due": _iso(after.due_at), "remark": _remark(clock, after)}
            context.fact("clock_extended", clock=clock.key, clock_name=clock.terms.zh, verdict=after.verdict, **told)
    _decide(context, granted_until=until)
    context.fact("deferral_granted", clocks=moved, until=until.isoformat())
    return {"until": until.isoformat(), "clocks": moved}


def refuse(context: Context, /, **_: Any) -> None:
    """Refuse the deferral: the original time stands, and a breach since the application is final. Raises NoDeferral."""
    row = _undecided(context)
    book = ClockBook.of(context)
    for clock in _told(book, row):
        _close(context, book, clock, "refused", "", row["instance_id"])
    _decide(context)
    context.fact("deferral_refused")


def ended(context: Context, state: str) -> None:
    """The ticket has ended with an application undecided: the original time stands. What still runs will be void."""
    row = pending_deferral(context.connection, context.root_id)
    if row is None:
        return
    book = ClockBook.of(context)
    for clock in _told(book, row):
        if clock.state(context.now).stopped_at is not None:
            _close(context, book, clock, "withdrawn", "工单已结束", row["instance_id"])


def _told(book: ClockBook, row: Mapping[Any, Any]) -> list[StoredClock]:
    """The clocks that know of the application: running, or stopped since."""
    number = row["instance_id"]
    return [
        clock
        for clock in book.clocks
        if any(event.kind == "applied" and event.data["deferral"] == number for event in clock.events)
    ]


def _close(context: Context, book: ClockBook, clock: StoredClock, kind: Kind, reason: str, deferral: int) -> None:
    after = book.add(clock, kind, context.now, reason, deferral=deferral)
    if _remark(clock, after) == "final":
        context.fact("breach_final", clock=clock.key, clock_name=clock.terms.zh)


def _remark(clock: StoredClock, state: ClockState) -> Remark:
    """What is to be said of the clock's newest fact."""
    return next(step.remark for step in state.arithmetic if step.event is clock.events[-1])


def _undecided(context: Context) -> RowMapping:
    query = select(Deferral.__table__).where(Deferral.instance_id == context.instance_id, Deferral.decided_at.is_(None))
    row = context.connection.execute(query).mappings().one_or_none()
    if row is None:
        raise NoDeferral
    return row


def _granted(row: RowMapping, value: Any) -> datetime:
    until = parse_instant(value) if isinstance(value, str) else value
    if not isinstance(until, datetime) or until.tzinfo is None:
        raise wrong(GRANTED, "required", "请填写批准延时到什么时候。", "Say until when it is granted.")
    if until > row["requested_until"]:
        zh, en = "批准的终点不得晚于申请的 {asked}。", "The end must not be later than was asked for, {asked}."
        raise wrong(GRANTED, "beyond_the_request", zh, en, {"asked": local(row["requested_until"])})
    return until


def _decide(context: Context, **values: Any) -> None:
    decided = {"decided_at": context.now, "decided_by": context.actor.id, **values}
    context.connection.execute(update(Deferral).where(Deferral.instance_id == context.instance_id).values(decided))


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None


EXTEND = Service(
    "sla.extend",
    extend,
    "批准延时：把申请涉及的时限顺延到给定的终点",
    "Grant a deferral: the clocks of the application are due at the given end",
    (Parameter("until", "time", "延时终点，不晚于申请的终点", "the end, not later than was asked for"),),
)
REFUSE = Service(
    "sla.refuse_extension",
    refuse,
    "不同意延时：维持原时限，其间的超时成立",
    "Refuse a deferral: the original time stands, a breach since the application is final",
)
