"""The password was right, yet there is no session (a code or a new password comes first): the try does not count."""

from __future__ import annotations

from accounts.attempts import take_back_try
from engine.unit_of_work import UnitOfWork


def forgive_attempt(uow: UnitOfWork, name: str, address: str) -> None:
    """`name`, `address`: subjects of the try."""
    take_back_try(uow, name, address)
