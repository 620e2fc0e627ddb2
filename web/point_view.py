"""The point of a fault as a crew needs it: how to get there, whom to call, what was reported here before."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import quote

from flask import url_for
from sqlalchemy import Connection

from engine.authorization import Actor
from maintenance.queries.case_point import CasePoint, PointRecord, PointTicket, case_point, point_record
from maintenance.queries.ticket_marks import ClockMark, clock_marks
from web.case_view import STATES
from web.lights import ticket_light
from web.phones import with_phones
from web.reading import now
from web.words import _, ngettext

BACK = timedelta(days=90)


def point_view(connection: Connection, actor: Actor, root_id: int) -> dict[str, Any] | None:
    """What _point.html draws; None for a case that is about no point."""
    point = case_point(connection, root_id)
    if point is None:
        return None
    record = point_record(connection, actor, point.id, root_id, now() - BACK)
    marks = clock_marks(connection, [one.id for one in record.others], now())
    return {
        "where": _where(point),
        "facts": _facts(point),
        "place": _place(point),
        "told": _told(record),
        "more": max(0, record.count - (record.position is not None) - len(record.others)),
        "tickets": [_ticket(one, marks[one.id]) for one in record.others],
    }


def _where(point: CasePoint) -> str:
    """What stands on signs and poles, in one line."""
    pole = _("pole %(number)s", number=point.pole) if point.pole else ""
    plate = _("plate %(number)s", number=point.plate) if point.plate else ""
    return " · ".join(part for part in (point.district, point.road, point.direction, pole, plate) if part)


def _facts(point: CasePoint) -> list[dict[str, Any]]:
    pairs = [(_("Network"), with_phones(point.network_unit)), (_("Power"), with_phones(point.power_unit))]
    return [{"label": label, "value": value} for label, value in pairs if value]


def _place(point: CasePoint) -> dict[str, str] | None:
    """`url` opens the map of the phone itself: no service is asked."""
    if point.latitude is None or point.longitude is None:
        return None
    degrees = f"{point.latitude:.6f},{point.longitude:.6f}"
    return {"url": f"geo:{degrees}?q={degrees}({quote(point.name)})", "degrees": degrees}


def _told(record: PointRecord) -> str:
    if record.position == 1 and record.count == 1:
        return _("The first report here in 90 days")
    if record.position is not None:
        return _("Report no. %(position)s of %(count)s here in 90 days", position=record.position, count=record.count)
    return ngettext("%(num)s report here in 90 days", "%(num)s reports here in 90 days", record.count)


def _ticket(one: PointTicket, marks: list[ClockMark]) -> dict[str, Any]:
    active = one.state == "active"
    return {
        "no": one.number,
        "url": url_for("ticket.show", instance_id=one.id),
        "symptom": one.symptom,
        "device": one.device,
        "at": one.reported_at,
        "state": STATES[one.state],
        "reason": one.end_reason if one.state == "cancelled" else "",
        "light": None if one.state == "cancelled" else ticket_light(marks, now(), active=active),
    }
