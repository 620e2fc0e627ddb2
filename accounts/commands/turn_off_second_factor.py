"""Sign in with the password alone from now on."""

from __future__ import annotations

from accounts.errors import SecondFactorKept
from accounts.second_factor import FactorRules, drop, must_have
from engine.unit_of_work import UnitOfWork


def turn_off_second_factor(uow: UnitOfWork, factors: FactorRules) -> None:
    """Raises SecondFactorKept."""
    if must_have(uow, factors):
        raise SecondFactorKept
    drop(uow, uow.actor.id or 0, uow.actor.organisation_id)
