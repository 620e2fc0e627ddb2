"""Bring the table of roles in line with the catalogue of this release."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert, select, update

from accounts.roles import ROLES
from engine.authorization import require
from engine.models import Role
from engine.unit_of_work import UnitOfWork


def sync_roles(uow: UnitOfWork) -> list[str]:
    """Keys of the roles that were added or changed. Roles that are not in the catalogue stay. Raises Forbidden."""
    require(uow.actor, "user.admin")
    stored = {
        row.name: (row.description, row.permissions)
        for row in uow.connection.execute(select(Role.name, Role.description, Role.permissions))
    }
    changed = []
    for role in ROLES:
        values: dict[str, Any] = {"description": role.zh, "permissions": sorted(role.permissions)}
        if role.key not in stored:
            uow.connection.execute(insert(Role).values(name=role.key, **values))
        elif stored[role.key] != (role.zh, values["permissions"]):
            uow.connection.execute(update(Role).where(Role.name == role.key).values(**values))
        else:
            continue
        changed.append(role.key)
    if changed:
        uow.loose_fact("roles_changed", roles=changed)
    return changed
