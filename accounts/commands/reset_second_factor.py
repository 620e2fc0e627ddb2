"""Take away the second factor of somebody who has lost the phone and the recovery codes."""

from __future__ import annotations

from accounts.administered import administered_user
from accounts.second_factor import drop
from engine.unit_of_work import UnitOfWork


def reset_second_factor(uow: UnitOfWork, user_id: int) -> bool:
    """Whether there was one. The person's sessions stay; a role that must have a factor sets up a new one at sign-in.

    Raises Forbidden, NotFound (a person of another organisation), OwnAccount.
    """
    return drop(uow, user_id, administered_user(uow, user_id))
