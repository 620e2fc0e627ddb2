"""Add an organisation: a client (业主) or a contractor."""

from __future__ import annotations

from sqlalchemy import insert, select

from accounts.errors import NameTaken
from engine.authorization import require
from engine.models import Organisation
from engine.unit_of_work import UnitOfWork


def create_organisation(uow: UnitOfWork, key: str, name: str, kind: str) -> int:
    """The new id. `kind`: "client" or "contractor". Raises Forbidden, NameTaken."""
    require(uow.actor, "user.admin")
    if uow.connection.scalar(select(Organisation.id).where(Organisation.key == key)) is not None:
        raise NameTaken(name=key)
    organisation_id: int = uow.connection.execute(
        insert(Organisation).values(key=key, name=name, kind=kind).returning(Organisation.id)
    ).scalar_one()
    uow.loose_fact("organisation_created", organisation_id=organisation_id, key=key, name=name, kind=kind)
    return organisation_id
