"""Add a person's account with its roles."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from typing import Any

from sqlalchemy import insert, select

from accounts.commands.create_organisation import KINDS
from accounts.errors import NameTaken
from accounts.passwords import USERNAME
from accounts.roles import BY_KEY
from engine import nouns
from engine.authorization import ENGINE, require
from engine.errors import Invalid, NotFound
from engine.models import Membership, Organisation, Role, User
from engine.unit_of_work import UnitOfWork


def create_user(
    uow: UnitOfWork, organisation_id: int, username: str, display_name: str, password_hash: str, roles: Collection[str]
) -> int:
    """The new user's id. An administrator adds people of the own organisation only, in roles open to its kind.

    Raises Forbidden, NotFound (organisation), Invalid (user name, roles), NameTaken.
    """
    require(uow.actor, "user.admin")
    foreign = uow.actor is not ENGINE and uow.actor.organisation_id != organisation_id
    kind = uow.connection.scalar(select(Organisation.kind).where(Organisation.id == organisation_id))
    if foreign or kind is None:
        raise NotFound(what=nouns.ORGANISATION)
    role_ids = _check(uow, kind, username, display_name, roles)
    if uow.connection.scalar(select(User.id).where(User.username == username)) is not None:
        raise NameTaken(name=username)
    values: dict[str, Any] = {
        "organisation_id": organisation_id,
        "username": username,
        "display_name": display_name,
        "password": password_hash,
        "password_changed_at": uow.now,
        "active": True,
        "fs_uniquifier": secrets.token_hex(32),
        "created_at": uow.now,
    }
    user_id: int = uow.connection.execute(insert(User).values(**values).returning(User.id)).scalar_one()
    if role_ids:
        uow.connection.execute(insert(Membership), [{"user_id": user_id, "role_id": id_} for id_ in role_ids])
    uow.loose_fact(
        "user_created", organisation_id=organisation_id, user=user_id, username=username, roles=sorted(set(roles))
    )
    return user_id


def _check(uow: UnitOfWork, kind: str, username: str, display_name: str, roles: Collection[str]) -> list[int]:
    """The ids of the roles. Raises Invalid with every field that is not right."""
    fields: dict[str, list[dict[str, str]]] = {}
    if not USERNAME.fullmatch(username):
        words = {"zh": "用户名须为 4 至 60 位小写字母、数字或 . _ -，以字母开头。", "en": "4 to 60 of a-z 0-9 . _ -"}
        fields["username"] = [{"code": "format", **words}]
    if not 0 < len(display_name.strip()) <= 100:
        fields["display_name"] = [{"code": "length", "zh": "请填写姓名（100 字以内）。", "en": "Give a name."}]
    rows = uow.connection.execute(select(Role.name, Role.id).where(Role.name.in_(set(roles))))
    found = {row.name: row.id for row in rows}
    wrong = _wrong_roles(kind, set(roles), set(found))
    if wrong:
        fields["roles"] = wrong
    if fields:
        raise Invalid(fields)
    return sorted(found.values())


def _wrong_roles(kind: str, roles: set[str], stored: set[str]) -> list[dict[str, str]]:
    """Roles that do not exist, and those that people of such an organisation may not hold (accounts.roles)."""
    wrong = []
    missing = ", ".join(sorted(roles - stored))
    if missing:
        wrong.append({"code": "unknown", "zh": f"没有这些角色：{missing}。", "en": f"No such roles: {missing}."})
    closed = sorted(key for key in roles & stored if key not in BY_KEY or kind not in BY_KEY[key].kinds)
    if closed:
        of = KINDS[kind]
        names = ", ".join(BY_KEY[key].zh if key in BY_KEY else key for key in closed)
        zh = f"{of.zh}的人员不能担任这些角色：{names}。"
        en = f"People of a {of.en} cannot hold these roles: {', '.join(closed)}."
        wrong.append({"code": "not_for_this_kind", "zh": zh, "en": en})
    return wrong
