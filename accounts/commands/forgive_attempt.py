"""The password was right, yet there is no session (it must be changed first): the try does not count."""

from __future__ import annotations

from accounts.attempts import clear
from engine.unit_of_work import UnitOfWork


def forgive_attempt(uow: UnitOfWork, name: str, address: str) -> None:
    """`name`, `address`: subjects of the try."""
    clear(uow, name, address)
