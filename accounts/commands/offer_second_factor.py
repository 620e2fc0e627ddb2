"""Begin to set up one's second factor: a new secret is offered, and counts once a code has proved it."""

from __future__ import annotations

from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError

from accounts.models import SecondFactor
from engine.unit_of_work import RunAgain, UnitOfWork


def offer_second_factor(uow: UnitOfWork, sealed: bytes) -> None:
    """`sealed`: the secret (accounts.vault). The factor of before stays until then."""
    offer = {"offered": sealed, "offered_at": uow.now}
    mine = update(SecondFactor).where(SecondFactor.user_id == uow.actor.id)
    if uow.connection.execute(mine.values(offer)).rowcount:
        return
    try:
        uow.connection.execute(insert(SecondFactor).values(user_id=uow.actor.id, **offer))
    except IntegrityError as error:
        raise RunAgain from error
