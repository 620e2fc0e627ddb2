"""Who works for a client: the holders of its contracts that run. Its tasks may go to their people."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from engine.calendar import SHANGHAI
from maintenance.models import Contract


def partners(client_id: int, now: datetime) -> Select[Any]:
    """Ids of the organisations, on the local day of `now`."""
    contract, today = Contract.__table__, now.astimezone(SHANGHAI).date()
    return select(contract.c.contractor_id).where(
        contract.c.organisation_id == client_id, contract.c.starts_on <= today, contract.c.ends_on >= today
    )
