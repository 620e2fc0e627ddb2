"""Finish setting up one's second factor with the first code."""

from __future__ import annotations

from accounts.second_factor import FactorRules, take_over
from engine.unit_of_work import UnitOfWork


def confirm_second_factor(uow: UnitOfWork, code: str, factors: FactorRules) -> tuple[str, ...]:
    """The recovery codes, to be shown now and never again. Raises OfferOver, CodeWrong."""
    return take_over(uow, code, factors)
