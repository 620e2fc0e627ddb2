"""Evidence beside effect: an application for a deferral, and what either decision does to each clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from engine.durations import parse_instant
from engine.errors import SignalboxError
from maintenance.clocks.fold import ClockState
from maintenance.deferral_reasons import REASONS
from maintenance.queries.deferral_effect import ClockEffect, deferral_effect
from maintenance.queries.deferrals import DeferralItem, deferrals, pending_deferral
from web import dates
from web.attachments import picture
from web.filled import Pictures
from web.i18n import language
from web.lights import Light
from web.reading import now
from web.words import _

Row = dict[str, Any]


def decision_view(connection: Connection, root_id: int, instance_id: int, asked: Any = None) -> Row | None:
    """What _decision.html draws; None where the instance is no application that waits for its decision.

    `asked`: the end that is being considered, as typed; what was applied for where it is none.
    """
    row = pending_deferral(connection, root_id)
    if row is None or row["instance_id"] != instance_id:
        return None
    until = _considered(asked, row["requested_until"])
    lodged = deferrals(connection, root_id)
    own = next(one for one in lodged if one.id == instance_id)
    effects = deferral_effect(connection, root_id, row, until, now())
    return {
        "evidence": _evidence(own, row["photos"]),
        "until": until,
        "requested": row["requested_until"],
        "clocks": [_clock(one) for one in effects],
        "earlier": [_earlier(one) for one in lodged if one.id != instance_id],
        "refusal": _refusal(effects),
    }


def _considered(asked: Any, requested: datetime) -> datetime:
    try:
        return parse_instant(asked) if isinstance(asked, str) else requested
    except SignalboxError:
        return requested


def _evidence(own: DeferralItem, photos: list[str]) -> list[Row]:
    shown = [picture(one) | {"name": _("Photo")} for one in photos]
    facts: list[Row] = [
        {"label": _("Reason"), "value": reason_words(own.reason)},
        {"label": _("Explanation"), "value": own.explanation},
        {"label": _("Applied by"), "value": own.applicant},
        {"label": _("Applied"), "value": own.lodged_at},
        {"label": _("Asked for until"), "value": own.requested_until},
    ]
    return [*facts, {"label": _("Photos"), "value": Pictures("photo", shown) if shown else _("none")}]


def reason_words(key: str) -> str:
    """The reason in the reader's language; one that is no longer known stands as it was kept."""
    known = REASONS.get(key)
    return key if known is None else known.zh if language() == "zh" else known.en


def _clock(effect: ClockEffect) -> Row:
    gained = _gained(effect.present.due_at, effect.granted.due_at)
    stays = _("Late before the application: that stays late.") if effect.granted.gap else ""
    return {
        "label": effect.terms.zh if language() == "zh" else effect.terms.en.capitalize(),
        "present": _side(effect.present),
        "granted": _side(effect.granted) | {"notes": [note for note in (gained, stays) if note]},
        "refused": _side(effect.refused),
    }


def _side(state: ClockState) -> Row:
    return {"due": state.due_at, "verdict": _verdict(state), "notes": []}


def _gained(before: datetime | None, after: datetime | None) -> str:
    if before is None or after is None or after <= before:
        return ""
    return _("later by %(time)s", time=_minutes(after - before))


def _minutes(value: timedelta) -> str:
    """To the minute, as contracts argue; what is shorter, to the second."""
    minute = timedelta(minutes=1)
    return dates.duration(value if value < minute else value // minute * minute, language())


def _verdict(state: ClockState) -> Light:
    """Over by so much, or what is left."""
    if state.verdict == "breached":
        over = _minutes(state.late)
        words = (
            _("%(time)s over, provisional", time=over) if state.provisional_breach else _("%(time)s over", time=over)
        )
        return words, "late"
    if state.stopped_at is not None:
        return _("On time"), "ok"
    if state.due_at is None:
        return _("Paused"), ""
    return dates.remaining(state.due_at, now(), state.warn_at, language())


def _refusal(effects: list[ClockEffect]) -> str:
    """What a refusal means, said in full."""
    if any(one.present.provisional_breach for one in effects):
        return _("Refused, the breach that is provisional now becomes final.")
    return _("Refused, the present due time stands; what is later than it counts as a breach.")


def _earlier(one: DeferralItem) -> Row:
    outcomes = {
        "granted": _("granted"),
        "refused": _("refused"),
        "withdrawn": _("never decided"),
        "pending": _("waits"),
    }
    return {
        "reason": reason_words(one.reason),
        "lodged": one.lodged_at,
        "requested": one.requested_until,
        "outcome": outcomes[one.outcome],
        "granted": one.granted_until,
        "by": one.decided_by,
    }
