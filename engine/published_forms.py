"""Forms of an organisation: the newest published ones, the wordings a process version pins, and where each is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from engine.definition.dialect import form_key_of
from engine.definition.xml import read_document
from engine.models import Design, FormDefinition, ProcessDefinition

FORM = "form"
"""The kind of designs that are forms."""

_table = FormDefinition.__table__


@dataclass(frozen=True)
class FormUse:
    """A published process, in its newest version, that shows a form."""

    process_key: str
    process_name: str
    version: int
    steps: tuple[str, ...]  # names of the steps and starts, as drawn


def newest_forms(connection: Connection, organisation_id: int) -> dict[str, int]:
    """Key -> id of the newest version."""
    query = select(_table.c.key, _table.c.id).where(_table.c.organisation_id == organisation_id)
    return {key: id_ for key, id_ in connection.execute(query.order_by(_table.c.version))}


def designed_forms(connection: Connection, organisation_id: int) -> frozenset[str]:
    """Keys of the forms that somebody is working on."""
    mine = (Design.organisation_id == organisation_id, Design.kind == FORM, Design.ended_at.is_(None))
    return frozenset(connection.scalars(select(Design.key).where(*mine)))


def wordings(connection: Connection, pins: Mapping[str, int]) -> dict[str, str]:
    """Form key -> SHA-256 of the bytes of what is pinned. `pins`: form key -> id of a published form."""
    if not pins:
        return {}
    query = select(_table.c.key, _table.c.sha256).where(_table.c.id.in_(pins.values()))
    return {key: digest for key, digest in connection.execute(query)}


def form_uses(connection: Connection, organisation_id: int) -> dict[str, tuple[FormUse, ...]]:
    """Form key -> the processes that show it, by their names."""
    definition = ProcessDefinition.__table__
    columns = (definition.c.key, definition.c.name, definition.c.version, definition.c.content)
    query = select(*columns).where(definition.c.organisation_id == organisation_id).order_by(definition.c.version)
    newest = {row.key: row for row in connection.execute(query)}
    found: dict[str, tuple[FormUse, ...]] = {}
    for row in sorted(newest.values(), key=lambda one: (one.name, one.key)):
        for form_key, steps in steps_showing(row.content).items():
            found[form_key] = (*found.get(form_key, ()), FormUse(row.key, row.name, row.version, steps))
    return found


def steps_showing(content: bytes) -> dict[str, tuple[str, ...]]:
    """Form key -> names of the steps of a diagram that show it; nothing of a diagram that cannot be read."""
    root, found = read_document(content).root, dict[str, tuple[str, ...]]()
    for xml in root.iter("{*}userTask", "{*}startEvent") if root is not None else ():
        if key := form_key_of(xml):
            found[key] = (*found.get(key, ()), (xml.get("name") or xml.get("id") or "").replace("\n", ""))
    return found
