"""The client's local day, by the house's clock."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection

from accounts.house import house
from engine.calendar import SHANGHAI


def today(connection: Connection) -> date:
    return house().engine.resources.clock.now(connection).astimezone(SHANGHAI).date()
