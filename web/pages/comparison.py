"""比较: two versions of a process or table, in words and on the canvas, old above new."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.house import house
from accounts.people import current_actor, own_organisation
from accounts.policies import requires
from engine import nouns
from engine.definition.changes import Change
from engine.errors import NotFound
from engine.queries.design_comparison import design_comparison
from engine.queries.design_detail import design_detail
from web.frame import page
from web.i18n import language
from web.pages.processes import CONTENT, KINDS
from web.reading import reading
from web.words import _

blueprint = Blueprint("comparison", __name__, url_prefix="/processes")
MARKED = {"added": ("new",), "removed": ("old",), "changed": ("old", "new")}
"""How a change shows: on which of the two drawings. What was only moved is told in words."""


@blueprint.get("/designs/<int(max=9223372036854775807):design_id>/comparison")
@requires("definition.read")
def of_design(design_id: int) -> AnyResponse:
    """`?with=`: id of a published version, or `design:` and the id of another design; else its base."""
    actor, kinds = current_actor(), house().engine.resources.design_kinds
    wanted = request.args.get("with", "")
    other = wanted.removeprefix("design:") if wanted.startswith("design:") else ""
    with reading() as connection:
        detail = design_detail(connection, actor, kinds, design_id)
        given = {"version_id": _number(wanted) if wanted and not other else None, "other_id": _number(other)}
        found = design_comparison(connection, actor, kinds, design_id, **given)
    kind, source = detail.design.kind, url_for("api_designs.get_content", design_id=design_id)
    old: dict[str, Any] | None = None
    if found.version is not None:
        words = _("Version %(version)s", version=found.version.version)
        drawn = url_for(CONTENT[kind], definition_id=found.version.id) if kind in CONTENT else ""
        old = {"words": words, "source": drawn}
    elif found.design_id is not None:
        words = _("Design %(id)s", id=found.design_id)
        old = {"words": words, "source": url_for("api_designs.get_content", design_id=found.design_id)}
    new = {"words": _("Design %(id)s", id=design_id), "source": source}
    back = url_for("modeler.show", design_id=design_id)
    return _page(detail.design.name, kind, old, new, found.changes, back)


@blueprint.get("/<key>/comparison")
@requires("definition.read")
def of_versions(key: str) -> AnyResponse:
    """`?old=` and `?new=`: ids of two published versions of the key."""
    kind = request.args.get("kind", "")
    kind = kind if kind in KINDS else KINDS[0]
    plugged = house().engine.resources.design_kinds[kind]
    with reading() as connection:
        ids = (_number(request.args.get("old", "")), _number(request.args.get("new", "")))
        pair = [plugged.version(connection, own_organisation(), id or 0) for id in ids]
    old, new = pair
    if old is None or new is None or {old.key, new.key} != {key}:
        raise NotFound(what=nouns.DEFINITION)
    sides = [
        {"words": _("Version %(version)s", version=one.version), "source": url_for(CONTENT[kind], definition_id=one.id)}
        for one in (old, new)
    ]
    changes = plugged.compare(old.content, new.content)
    return _page(new.name, kind, sides[0], sides[1], changes, url_for("processes.show", key=key, kind=kind))


def address(design_id: int, other: str) -> str:
    """Of the comparison of a design with `other`: a version's id, or `design:` and a design's."""
    given: dict[str, Any] = {"with": other}
    return url_for("comparison.of_design", design_id=design_id, **given)


def change_rows(changes: Iterable[Change]) -> list[dict[str, Any]]:
    """What lists of changes show: each in the reader's language."""
    return [
        {"how": one.how, "words": one.zh if language() == "zh" else one.en, "element": one.element_id}
        for one in changes
    ]


def marks(changes: Iterable[Change]) -> dict[str, dict[str, list[str]]]:
    """Side -> how -> ids of the elements to mark on its drawing."""
    found: dict[str, dict[str, list[str]]] = {"old": {}, "new": {}}
    for change in changes:
        for side in MARKED.get(change.how, ()):
            ids = found[side].setdefault(change.how, [])
            if change.element_id and change.element_id not in ids:
                ids.append(change.element_id)
    return found


def _page(
    name: str,
    kind: str,
    old: dict[str, Any] | None,
    new: dict[str, Any],
    changes: tuple[Change, ...],
    back_url: str,
) -> AnyResponse:
    view: dict[str, Any] = {"name": name, "kind": kind, "old": old, "new": new, "back_url": back_url}
    view |= {"changes": change_rows(changes), "marks": marks(changes)}
    return page("comparison.html", "processes", comparison=view)


def _number(text: str) -> int | None:
    """Of an address; what is none is nothing that exists."""
    if not text:
        return None
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
