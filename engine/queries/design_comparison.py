"""What differs between a design and a published version, or another design of its kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from engine import nouns
from engine.authorization import Actor
from engine.definition.changes import Change
from engine.design_kind import DesignKind
from engine.errors import NotFound
from engine.queries.design_detail import VersionName, design_content


@dataclass(frozen=True)
class Comparison:
    """`changes` lead from the other content to the design."""

    version: VersionName | None  # compared with; None: with a design, or with nothing
    design_id: int | None  # compared with
    changes: tuple[Change, ...]


def design_comparison(
    connection: Connection,
    actor: Actor,
    kinds: Mapping[str, DesignKind],
    design_id: int,
    *,
    version_id: int | None = None,
    other_id: int | None = None,
) -> Comparison:
    """With a published version, or with another design; with neither given: with the version that it goes on from.

    A design that goes on from nothing has no changes. Raises NotFound, also for another organisation's.
    """
    held = design_content(connection, actor, design_id)
    kind = kinds[held.kind]
    if other_id is not None:
        other = design_content(connection, actor, other_id)
        if other.kind != held.kind:
            raise NotFound(what=nouns.DESIGN)
        return Comparison(None, other_id, kind.compare(other.content, held.content))
    wanted = version_id if version_id is not None else held.base_id
    if wanted is None:
        return Comparison(None, None, ())
    version = kind.version(connection, held.organisation_id, wanted)
    if version is None:
        raise NotFound(what=nouns.DEFINITION)
    name = VersionName(version.id, version.key, version.version)
    return Comparison(name, None, kind.compare(version.content, held.content))
