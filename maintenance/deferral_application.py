"""暂缓: an application for a deferral becomes the typed facts of an approval beside its ticket. The clocks run on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from engine.durations import parse_instant
from engine.errors import EngineError
from engine.extensions import CaseKind, Context
from maintenance.clocks.book import ClockBook, StoredClock
from maintenance.deferral_reasons import NEVER, NEVER_CLAUSE, REASONS
from maintenance.deferral_words import local, wrong
from maintenance.models import Contract, Deferral, WorkOrder
from maintenance.packs.deferral import DeferralTerms, deferral_terms
from maintenance.queries.deferrals import pending_deferral

PROCESS = "delay_approval"
"""The process by which a ticket is deferred."""


class DeferralNotAgreed(EngineError):
    """The ticket's contract does not provide for deferrals."""

    code, status = "deferral_not_agreed", 422
    zh = "本工单的合同没有约定延时，不能申请。"


class DeferralPending(EngineError):
    """Another application of this ticket waits for its decision."""

    code, status = "deferral_pending", 409
    zh = "本工单已有一项延时申请待审核，不能重复申请。"


class NothingToDefer(EngineError):
    """No clock that can be deferred runs on this ticket."""

    code, status = "nothing_to_defer", 409
    zh = "本工单没有正在计时且可以延时的时限。"


def open_deferral(context: Context, data: Mapping[str, Any]) -> dict[str, Any]:
    """Write the Deferral of a new approval and tell the clocks that it concerns. They run on.

    `data`: the application form, cleaned. Raises Invalid for a reason that is none or an end that cannot be,
    DeferralNotAgreed, DeferralPending, NothingToDefer.
    """
    book = ClockBook.of(context)
    terms, clocks = deferrable(context.connection, context.root_id, book.present(), context.now)
    reason = _reason(data.get("reason"))
    until = _requested(context, data.get("requested_until"), clocks, _latest(context, terms))
    context.connection.execute(
        insert(Deferral).values(
            instance_id=context.instance_id,
            root_id=context.root_id,
            organisation_id=context.organisation_id,
            applicant_id=context.actor.id,
            reason=reason,
            explanation=data.get("explanation") or "",
            photos=[str(one) for one in data.get("photos") or []],
            lodged_at=context.now,
            requested_until=until,
        )
    )
    for clock in clocks:
        book.add(clock, "applied", context.now, reason, deferral=context.instance_id)
    told = {"reason": reason, "requested_until": until.isoformat(), "lodged_at": context.now.isoformat()}
    context.fact("deferral_applied", clocks=[clock.key for clock in clocks], **told)
    return {"deferral": {**told, "reason_name": REASONS[reason].zh, "applicant": context.actor.name}}


def deferrable(
    connection: Connection, root_id: int, present: list[StoredClock], now: datetime
) -> tuple[DeferralTerms, list[StoredClock]]:
    """What the ticket's contract says, and which of its present clocks a deferral would move now.

    Raises DeferralNotAgreed, DeferralPending, NothingToDefer.
    """
    terms = contract_terms(connection, root_id)
    if terms is None:
        raise DeferralNotAgreed
    if pending_deferral(connection, root_id) is not None:
        raise DeferralPending
    clocks = [clock for clock in present if clock.key in terms.clocks and clock.state(now).state == "running"]
    if not clocks:
        raise NothingToDefer
    return terms, clocks


def contract_terms(connection: Connection, root_id: int) -> DeferralTerms | None:
    """What the ticket's contract says of deferrals; None: nothing, or the case is no work order."""
    overrides = connection.scalar(
        select(Contract.overrides)
        .join(WorkOrder, WorkOrder.contract_id == Contract.id)
        .where(WorkOrder.instance_id == root_id)
    )
    return deferral_terms(overrides) if overrides is not None else None


def _latest(context: Context, terms: DeferralTerms) -> datetime:
    """The cap counts from the first application that was granted: what follows it is one chain (R-100)."""
    granted = select(Deferral.lodged_at).where(Deferral.root_id == context.root_id, Deferral.granted_until.is_not(None))
    first = context.connection.scalar(granted.order_by(Deferral.lodged_at).limit(1))
    return terms.latest(first or context.now)


def _reason(key: Any) -> str:
    if key in NEVER:
        words = {"reason": NEVER[key], "clause": NEVER_CLAUSE}
        zh, en = "{reason}不得延时（{clause}）。", "{reason} is never deferred ({clause})."
        raise wrong("reason", "never_deferred", zh, en, words)
    if key not in REASONS:
        raise wrong("reason", "not_a_choice", "请选择延时原因。", "Choose the reason.")
    return str(key)


def _requested(context: Context, text: Any, clocks: list[StoredClock], latest: datetime) -> datetime:
    """The proposed end: later than now and than the first due time, not beyond the cap."""
    until = parse_instant(text) if isinstance(text, str) else None
    if until is None:
        raise wrong("requested_until", "required", "请填写延时到什么时候。", "Say until when.")
    if until <= context.now:
        raise wrong("requested_until", "in_the_past", "延时终点必须晚于现在。", "The end must lie in the future.")
    due = min(at for clock in clocks if (at := clock.state(context.now).due_at) is not None)
    words = {"due": local(due), "latest": local(latest)}
    if until <= due:
        zh, en = "延时终点必须晚于现在的到期时间 {due}。", "The end must be later than the present due time, {due}."
        raise wrong("requested_until", "not_longer", zh, en, words)
    if until > latest:
        zh, en = "延时终点不得晚于 {latest}。", "The end must not be later than {latest}."
        raise wrong("requested_until", "beyond_the_cap", zh, en, words)
    return until


DEFERRAL = CaseKind("deferral", open_deferral, beside=True)
