"""Whether a deferral can be applied for on a ticket now, for the page that offers it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from engine.errors import EngineError
from maintenance.clocks.book import present_round, read_clocks
from maintenance.deferral_application import DeferralNotAgreed, deferrable


def deferral_offer(connection: Connection, root_id: int, now: datetime) -> EngineError | None:
    """What would be refused at this moment, whoever asks; None: nothing. The caller has checked that the ticket runs.

    Raises DeferralNotAgreed: this contract knows no deferral at all.
    """
    try:
        deferrable(connection, root_id, present_round(read_clocks(connection, root_id)), now)
    except DeferralNotAgreed:
        raise
    except EngineError as refused:
        return refused
    return None
