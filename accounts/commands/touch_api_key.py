"""Note that an API key is in use; asked at most once an hour."""

from __future__ import annotations

from sqlalchemy import update

from accounts.models import ApiKey
from engine.unit_of_work import UnitOfWork


def touch_api_key(uow: UnitOfWork, key_id: int) -> None:
    """Moves `last_used_at` to now."""
    uow.connection.execute(update(ApiKey).where(ApiKey.id == key_id).values(last_used_at=uow.now))
