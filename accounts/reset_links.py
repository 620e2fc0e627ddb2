"""The rows of one-time links for a new password, and of the requests for one."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import insert, update

from accounts.models import ResetLink, ResetRequest
from engine.unit_of_work import UnitOfWork

GOOD_FOR = timedelta(hours=24)
PAGE = "/reset/"
"""The page behind a link; the token follows."""


def new_token() -> str:
    """256 random bits, fit for an address."""
    return secrets.token_urlsafe(32)


def put_link(uow: UnitOfWork, user_id: int, token_hash: str) -> datetime:
    """The account's one good link from now on; when it ends (UTC). Older links and open requests end."""
    close(uow, user_id, "replaced")
    expires_at = uow.now + GOOD_FOR
    link = {"user_id": user_id, "token_hash": token_hash, "issued_at": uow.now, "expires_at": expires_at}
    uow.connection.execute(insert(ResetLink).values(link))
    return expires_at


def close(uow: UnitOfWork, user_id: int, reason: str) -> None:
    """End what waits: the account's links and its open request."""
    links = update(ResetLink).where(ResetLink.user_id == user_id, ResetLink.ended_at.is_(None))
    uow.connection.execute(links.values(ended_at=uow.now, end_reason=reason))
    requests = update(ResetRequest).where(ResetRequest.user_id == user_id, ResetRequest.closed_at.is_(None))
    uow.connection.execute(requests.values(closed_at=uow.now))
