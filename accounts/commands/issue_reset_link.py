"""Issue the one-time link behind which somebody sets a new password."""

from __future__ import annotations

from datetime import datetime

from accounts.administered import administered_user
from accounts.reset_links import put_link
from engine.unit_of_work import UnitOfWork


def issue_reset_link(uow: UnitOfWork, user_id: int, token_hash: str) -> datetime:
    """When it ends (UTC), 24 hours from now; older links of the account end at once.

    Raises Forbidden, NotFound (a person of another organisation), OwnAccount.
    """
    organisation_id = administered_user(uow, user_id)
    expires_at = put_link(uow, user_id, token_hash)
    uow.loose_fact("reset_link_issued", organisation_id=organisation_id, user=user_id)
    return expires_at
