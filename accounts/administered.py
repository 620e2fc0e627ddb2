"""Whose account an administrator may open again: people of the own organisation, never one's own."""

from __future__ import annotations

from sqlalchemy import select

from accounts.errors import OwnAccount
from engine import nouns
from engine.authorization import ENGINE, require
from engine.errors import NotFound
from engine.models import User
from engine.unit_of_work import UnitOfWork


def administered_user(uow: UnitOfWork, user_id: int) -> int:
    """The person's organisation. The command line may for anybody; whoever took over an administrator's browser
    must not get round the password by it. Raises Forbidden, NotFound, OwnAccount.
    """
    require(uow.actor, "user.admin")
    organisation_id = uow.connection.scalar(select(User.organisation_id).where(User.id == user_id))
    foreign = uow.actor is not ENGINE and uow.actor.organisation_id != organisation_id
    if organisation_id is None or foreign:
        raise NotFound(what=nouns.USER)
    if uow.actor.id == user_id:
        raise OwnAccount
    return organisation_id
