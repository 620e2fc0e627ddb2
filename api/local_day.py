"""The client's local day, by the house's clock."""

from __future__ import annotations

from datetime import date

from accounts.people import asked_at
from engine.calendar import SHANGHAI


def today() -> date:
    """Of this request."""
    return asked_at().astimezone(SHANGHAI).date()
