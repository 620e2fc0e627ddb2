"""What publishing has in common, whatever is published: versions that count up, and a second person."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, FromClause, Select, insert, select

from engine.authorization import ENGINE
from engine.design_kind import PublishedVersion
from engine.errors import EngineError
from engine.unit_of_work import UnitOfWork

MAX_NAME = 200  # a longer name is cut in lists


class SecondPersonNeeded(EngineError):
    """A second person publishes: save it as a design and submit it; somebody who has not worked on it publishes it."""

    code, status = "second_person_needed", 403
    zh = "发布须由第二人完成：请存为设计稿并提交发布申请，由未参与修改的人员发布。"


def require_second_person(uow: UnitOfWork) -> None:
    """Raises SecondPersonNeeded where a person would publish past a release, unless the house allows that."""
    if uow.resources.two_person_publish and uow.actor is not ENGINE:
        raise SecondPersonNeeded


def newest_version(
    connection: Connection, table: FromClause, organisation_id: int, key: str
) -> PublishedVersion | None:
    """Of a table of published files."""
    query = _versions(table, organisation_id).where(table.c.key == key).order_by(table.c.version.desc()).limit(1)
    return _version(connection, query)


def version_by_id(connection: Connection, table: FromClause, organisation_id: int, id: int) -> PublishedVersion | None:
    """None: there is none, or it is another organisation's."""
    return _version(connection, _versions(table, organisation_id).where(table.c.id == id))


def next_version(
    uow: UnitOfWork, table: Any, organisation_id: int, key: str, name: str, content: bytes, **columns: Any
) -> tuple[PublishedVersion, bool]:
    """Store the bytes as the next version of the key; the bytes of the newest one are it already: False.

    `columns`: others of the table that make a version what it is, as the bytes do.
    """
    last = newest_version(uow.connection, table, organisation_id, key)
    if last is not None and last.content == content and _has(uow.connection, table, last.id, columns):
        return last, False
    values: dict[str, Any] = {
        "organisation_id": organisation_id,
        "key": key,
        "version": 1 if last is None else last.version + 1,
        "name": name[:MAX_NAME],
        "content": content,
        "sha256": hashlib.sha256(content).hexdigest(),
        "published_at": uow.now,
        "published_by": uow.actor.id,
        **columns,
    }
    id: int = uow.connection.execute(insert(table).values(values).returning(table.c.id)).scalar_one()
    return PublishedVersion(id, key, values["version"], values["name"], content), True


def _has(connection: Connection, table: Any, id: int, columns: Mapping[str, Any]) -> bool:
    if not columns:
        return True
    row = connection.execute(select(*(table.c[name] for name in columns)).where(table.c.id == id)).one()
    return row._asdict() == dict(columns)


def _versions(table: FromClause, organisation_id: int) -> Select[Any]:
    columns = (table.c.id, table.c.key, table.c.version, table.c.name, table.c.content)
    return select(*columns).where(table.c.organisation_id == organisation_id)


def _version(connection: Connection, query: Select[Any]) -> PublishedVersion | None:
    row = connection.execute(query).one_or_none()
    return None if row is None else PublishedVersion(*row)
