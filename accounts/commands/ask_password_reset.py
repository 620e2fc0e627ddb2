"""Somebody has forgotten the password: the administrators of the organisation get to know."""

from __future__ import annotations

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from accounts.attempts import count
from accounts.errors import TooManyAttempts
from accounts.lockout import count_address
from accounts.models import ResetRequest
from engine.models import User
from engine.unit_of_work import RunAgain, UnitOfWork


def ask_password_reset(uow: UnitOfWork, username: str, ip: str, address: str) -> None:
    """The same for a name that nobody has. `address`: a subject; each request counts as a wrong try from it.

    Raises TooManyAttempts.
    """
    count(uow, address, count_address, TooManyAttempts)
    user = uow.connection.execute(
        select(User.id, User.organisation_id).where(User.username == username, User.active)
    ).one_or_none()
    if user is None:
        uow.loose_fact("password_reset_asked", user=None, ip=ip)
        return
    open_one = select(ResetRequest.id).where(ResetRequest.user_id == user.id, ResetRequest.closed_at.is_(None))
    if uow.connection.scalar(open_one) is None:
        try:
            uow.connection.execute(insert(ResetRequest).values(user_id=user.id, asked_at=uow.now, ip=ip))
        except IntegrityError as error:
            raise RunAgain from error
    uow.loose_fact("password_reset_asked", organisation_id=user.organisation_id, user=user.id, ip=ip)
