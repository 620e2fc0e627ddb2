"""Forms that an organisation has published: the newest of each key, and the wordings that a process version pins."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, select

from engine.models import FormDefinition

_table = FormDefinition.__table__


def newest_forms(connection: Connection, organisation_id: int) -> dict[str, int]:
    """Key -> id of the newest version."""
    query = select(_table.c.key, _table.c.id).where(_table.c.organisation_id == organisation_id)
    return {key: id_ for key, id_ in connection.execute(query.order_by(_table.c.version))}


def wordings(connection: Connection, pins: Mapping[str, int]) -> dict[str, str]:
    """Form key -> SHA-256 of the bytes of what is pinned. `pins`: form key -> id of a published form."""
    if not pins:
        return {}
    query = select(_table.c.key, _table.c.sha256).where(_table.c.id.in_(pins.values()))
    return {key: digest for key, digest in connection.execute(query)}
