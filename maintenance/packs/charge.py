"""Whether a ticket is still free of charge under its contract."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from engine.calendar import SHANGHAI


@dataclass(frozen=True)
class Charge:
    """Who pays for a ticket, and the words for it."""

    chargeable: bool
    zh: str
    en: str


def charge(reported_at: datetime, ends_on: date, zone: ZoneInfo = SHANGHAI) -> Charge:
    """Within the service period everything is free; a ticket reported after its last day is charged at cost price.

    `ends_on` is the last free day, to 24:00 in `zone` (FC 2.1 clause 3, R-317). ValueError on a naive time.
    """
    if reported_at.tzinfo is None:
        raise ValueError("a report needs an aware time")
    if reported_at.astimezone(zone).date() <= ends_on:
        return Charge(False, "合同服务期内，免费服务。", "Within the service period: free of charge.")
    return Charge(
        True,
        f"合同服务期已于 {ends_on} 届满，本工单按成本价收费。",
        f"The service period ended on {ends_on}: this ticket is charged at cost price.",
    )
