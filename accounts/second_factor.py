"""The rows of somebody's second factor: whether there must be one, whether a code is right, a new one taken over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from accounts.errors import CodeRequired, CodeWrong, OfferOver, SecondFactorMissing
from accounts.models import RecoveryCode, SecondFactor
from accounts.one_time_codes import matching_step, new_recovery_codes, recovery_hash
from accounts.vault import Vault
from engine.models import Membership, Role
from engine.unit_of_work import UnitOfWork

OFFERED_FOR = timedelta(minutes=10)
"""So long a QR picture may be confirmed."""


@dataclass(frozen=True)
class FactorRules:
    """What the house says of second factors."""

    vault: Vault
    roles: frozenset[str]  # whoever holds one of these must have one


def _read(uow: UnitOfWork, user_id: int) -> Row[*tuple[Any, ...]] | None:
    """Under lock: a code that two browsers send at once is good for one of them."""
    table = SecondFactor.__table__
    return uow.connection.execute(select(table).where(table.c.user_id == user_id).with_for_update()).one_or_none()


def must_have(uow: UnitOfWork, rules: FactorRules) -> bool:
    """Whether the actor holds a role that must have a second factor."""
    if not rules.roles:
        return False
    held = select(Role.name).join(Membership, Membership.role_id == Role.id).where(Membership.user_id == uow.actor.id)
    return not rules.roles.isdisjoint(uow.connection.scalars(held))


def admit(uow: UnitOfWork, code: str | None, rules: FactorRules) -> tuple[str, ...]:
    """Let the actor, whose password was right, pass or not. The recovery codes, if the code has set up a factor.

    Raises CodeRequired, CodeWrong; SecondFactorMissing when one must be set up first, OfferOver too late for that.
    """
    factor = _read(uow, uow.actor.id or 0)
    if factor is not None and factor.secret is not None:
        if code is None:
            raise CodeRequired
        _prove(uow, factor, code, rules.vault)
    elif must_have(uow, rules):
        if code is None:
            raise SecondFactorMissing
        return take_over(uow, code, rules)
    return ()


def take_over(uow: UnitOfWork, code: str, rules: FactorRules) -> tuple[str, ...]:
    """A code proves that the actor's phone knows the offered secret: it counts from now on.

    New recovery codes, to be shown now and never again. Raises OfferOver, CodeWrong.
    """
    user_id = uow.actor.id or 0
    factor = _read(uow, user_id)
    if factor is None or factor.offered is None or uow.now - factor.offered_at > OFFERED_FOR:
        raise OfferOver
    secret = rules.vault.open(factor.offered, user_id)
    step = None if secret is None else matching_step(secret, code, uow.now, None)
    if step is None:
        raise CodeWrong
    values = {"secret": factor.offered, "confirmed_at": uow.now, "last_step": step, "offered": None, "offered_at": None}
    uow.connection.execute(update(SecondFactor).where(SecondFactor.user_id == user_id).values(values))
    uow.connection.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    codes = new_recovery_codes()
    uow.connection.execute(
        insert(RecoveryCode), [{"user_id": user_id, "code_hash": recovery_hash(code)} for code in codes]
    )
    uow.loose_fact("second_factor_set_up", organisation_id=uow.actor.organisation_id, user=user_id)
    return codes


def drop(uow: UnitOfWork, user_id: int, organisation_id: int | None) -> bool:
    """Whether there was a factor to take away."""
    uow.connection.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    gone = uow.connection.execute(delete(SecondFactor).where(SecondFactor.user_id == user_id))
    if gone.rowcount:
        uow.loose_fact("second_factor_removed", organisation_id=organisation_id, user=user_id)
    return bool(gone.rowcount)


def _prove(uow: UnitOfWork, factor: Row[*tuple[Any, ...]], code: str, vault: Vault) -> None:
    """Use up a code of the authenticator or a recovery code. Raises CodeWrong."""
    secret = vault.open(factor.secret, factor.user_id)
    step = None if secret is None else matching_step(secret, code, uow.now, factor.last_step)
    if step is not None:
        uow.connection.execute(
            update(SecondFactor).where(SecondFactor.user_id == factor.user_id).values(last_step=step)
        )
        return
    used = uow.connection.execute(
        update(RecoveryCode)
        .where(RecoveryCode.user_id == factor.user_id, RecoveryCode.code_hash == recovery_hash(code))
        .where(RecoveryCode.used_at.is_(None))
        .values(used_at=uow.now)
    )
    if not used.rowcount:
        raise CodeWrong
    uow.loose_fact("recovery_code_used", organisation_id=uow.actor.organisation_id, user=factor.user_id)
