"""Count a try to sign in before its password is looked at."""

from __future__ import annotations

from datetime import datetime

from accounts.attempts import count
from accounts.errors import AccountLocked, TooManyAttempts
from accounts.lockout import count_address, count_name
from engine.unit_of_work import UnitOfWork


def reserve_sign_in(uow: UnitOfWork, name: str, address: str) -> datetime:
    """The time of the try. `name`, `address`: subjects. Raises TooManyAttempts or AccountLocked and counts nothing."""
    count(uow, address, count_address, TooManyAttempts)
    count(uow, name, count_name, AccountLocked)
    return uow.now
