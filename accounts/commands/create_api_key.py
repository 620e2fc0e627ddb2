"""Make an API key for a machine; the key itself is shown once and never again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import insert, select

from accounts.api_keys import digest, new_key
from accounts.models import ApiKey
from accounts.roles import KNOWN
from engine import nouns
from engine.authorization import ENGINE, require
from engine.errors import Invalid, NotFound
from engine.models import User
from engine.unit_of_work import UnitOfWork

MAX_DAYS = 366


@dataclass(frozen=True)
class NewApiKey:
    id: int
    key: str  # to be handed over now; only its hash is stored


def create_api_key(uow: UnitOfWork, user_id: int, name: str, scopes: Collection[str], days: int) -> NewApiKey:
    """The key acts as the user, with the scopes that the user's roles also hold. It expires after 1 to 366 days.

    For oneself only: whoever could make a key for another would act in the other's name. The command line may for
    anybody. Raises NotFound (another person), Invalid; Forbidden for a scope the actor does not hold, so that a key
    cannot make a stronger one.
    """
    organisation_id = uow.connection.scalar(select(User.organisation_id).where(User.id == user_id))
    if organisation_id is None or not (uow.actor is ENGINE or uow.actor.id == user_id):
        raise NotFound(what=nouns.USER)
    _check(name, scopes, days)
    for scope in scopes:
        require(uow.actor, scope)
    key, prefix = new_key()
    key_id: int = uow.connection.execute(
        insert(ApiKey)
        .values(
            user_id=user_id,
            name=name.strip(),
            prefix=prefix,
            key_hash=digest(key),
            scopes=sorted(set(scopes)),
            created_at=uow.now,
            expires_at=uow.now + timedelta(days=days),
        )
        .returning(ApiKey.id)
    ).scalar_one()
    uow.loose_fact(
        "api_key_created",
        organisation_id=organisation_id,
        user=user_id,
        key=key_id,
        prefix=prefix,
        scopes=sorted(set(scopes)),
        days=days,
    )
    return NewApiKey(key_id, key)


def _check(name: str, scopes: Collection[str], days: int) -> None:
    fields: dict[str, list[dict[str, str]]] = {}
    if not 0 < len(name.strip()) <= 100:
        fields["name"] = [{"code": "length", "zh": "请填写密钥用途（100 字以内）。", "en": "Say what the key is for."}]
    unknown = ", ".join(sorted(set(scopes) - set(KNOWN)))
    if unknown or not scopes:
        fields["scopes"] = [{"code": "unknown", "zh": f"权限不对：{unknown}", "en": f"No such permissions: {unknown}"}]
    if not 1 <= days <= MAX_DAYS:
        fields["days"] = [{"code": "range", "zh": f"有效期须为 1 至 {MAX_DAYS} 天。", "en": f"1 to {MAX_DAYS} days."}]
    if fields:
        raise Invalid(fields)
