"""What of a client's ledger an actor may see: the client's staff all of it, a contractor what it is responsible for."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.sql.selectable import FromClause

from engine.authorization import ENGINE, Actor
from maintenance.models import Contract


def visible_points(point: FromClause, actor: Actor, client_id: int) -> ColumnElement[bool]:
    """The condition under which `actor` may see a row of `point` (table or alias) of the client.

    A contractor sees points of its own contracts and those that no contract names. That the actor has to do with the
    client at all is the caller's to check.
    """
    columns: Any = point.c
    own = columns.organisation_id == client_id
    if actor is ENGINE or actor.organisation_id == client_id:
        return own  # type: ignore[no-any-return]
    held = select(Contract.id).where(Contract.contractor_id == actor.organisation_id)
    return and_(own, or_(columns.contract_id.is_(None), columns.contract_id.in_(held)))
