"""Let go of uploads that nobody has put into a case for a week."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete

from engine.authorization import ENGINE
from engine.errors import Forbidden
from engine.models import Attachment
from engine.nouns import OPERATORS_ONLY
from engine.unit_of_work import UnitOfWork

AGE = timedelta(days=7)
"""How long an upload waits for its form: off-line crews and drafts over a holiday week."""


def tidy_attachments(uow: UnitOfWork) -> int:
    """How many rows went. What belongs to a case is never touched. Raises Forbidden for anyone but the engine."""
    if uow.actor is not ENGINE:
        raise Forbidden(reason=OPERATORS_ONLY)
    old = (Attachment.root_id.is_(None), Attachment.uploaded_at < uow.now - AGE)
    gone = uow.connection.execute(delete(Attachment).where(*old)).rowcount
    if gone:
        uow.loose_fact("uploads_discarded", count=gone)
    return gone
