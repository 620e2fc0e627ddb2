"""The page of a form's design as its template wants it: the table, the preview, findings, changes, ways on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import url_for
from sqlalchemy import Connection

from accounts.house import house
from engine.authorization import Actor
from engine.definition.changes import Change
from engine.definition.findings import Finding
from engine.design_kind import DesignKind
from engine.published_forms import FORM
from engine.queries.design_detail import DesignContent, design_content, design_detail
from engine.queries.form_list import designs_showing
from forms.comparison import compare
from forms.partial import partial_form
from forms.sheet import Document, read_sheet, sheet_of
from web.form_preview import Tried, preview_view
from web.form_sheet import sheet_view, words_of
from web.i18n import language


def design_view(connection: Connection, actor: Actor, design_id: int, tried: Tried | None) -> dict[str, Any]:
    """See form_design.html. Raises NotFound."""
    kinds = house().engine.resources.design_kinds
    detail = design_detail(connection, actor, kinds, design_id)
    held = design_content(connection, actor, design_id)
    verdict = kinds[FORM].check(connection, held.organisation_id, held.content)
    ended = detail.design.ended_how
    return {
        **_urls(design_id),
        "key": held.key,
        "name": detail.design.name,
        "revision": held.revision,
        "text": held.content.decode(errors="replace"),
        "saved_at": detail.design.updated_at,
        "saved_by": detail.design.updated_by,
        "editable": ended is None and actor.may("definition.edit"),
        "ended": ended,
        "release_id": detail.design.release_id,
        "release_url": url_for("releases.show", release_id=detail.design.release_id)
        if detail.design.release_id is not None
        else None,
        "together": [
            {"value": f"{one.id}:{one.revision}", "name": one.name, "id": one.id}
            for one in designs_showing(connection, actor, held.key)
        ],
        "split_url": _design_url(detail.design.split_from),
        "publishable": verdict.publishable,
        "remarks": [words_of(one) for one in verdict.findings if one.severity == "remark"],
        "changes": _changes(connection, kinds[FORM], held),
        "newest": detail.newest.version if detail.newest else None,
        "base": detail.base.version if detail.base else None,
        "outdated": detail.outdated,
        **_drawn(connection, actor, design_id, held, verdict.findings, tried),
    }


def shown_at(document: Document, verb: str, path: str) -> str:
    """Where the row is after a button was pressed: its path; of one that is gone, of its neighbour."""
    outer, _dot, inner = path.partition(".")
    place = int(inner or outer or 0) if (inner or outer or "0").isdecimal() else 0
    stem = f"{outer}." if inner else ""
    if verb == "add":
        rows = sheet_of(document).rows
        table = next((row for row in rows if row.path == path), None)
        return table.columns[-1].path if table and table.columns else rows[-1].path if rows and not path else path
    moved = {"up": place - 1, "down": place + 1, "copy": place + 1}.get(verb, place)
    paths = [row.path for row in sheet_of(document).every_row()]
    return next((one for one in (f"{stem}{moved}", path, f"{stem}{place - 1}", outer) if one in paths), "")


def _urls(design_id: int) -> dict[str, str]:
    verbs = {"save": "save", "try": "attempt", "file": "download"}
    verbs |= {verb: verb for verb in ("discard", "rebase", "submit")}
    own = {f"{name}_url": url_for(f"form_design.{verb}", design_id=design_id) for name, verb in verbs.items()}
    return own | {"design_url": url_for("form_design.show", design_id=design_id), "back_url": url_for("forms.show")}


def _design_url(design_id: int | None) -> str | None:
    return None if design_id is None else url_for("form_design.show", design_id=design_id)


def _drawn(
    connection: Connection,
    actor: Actor,
    design_id: int,
    held: DesignContent,
    findings: Sequence[Finding],
    tried: Tried | None,
) -> dict[str, Any]:
    """The table and the preview; without a table where the file cannot be read."""
    errors = [one for one in findings if one.severity == "error"]
    found = read_sheet(held.content)
    if found is None:
        return {"title": "", "sheet": None, "preview": None, "general": [words_of(one) for one in errors], "wrong": 1}
    document, sheet = found
    view = sheet_view(sheet, errors)
    form = partial_form(document)[0]
    action = url_for("form_design.attempt", design_id=design_id)
    preview = preview_view(connection, actor, held.organisation_id, form, action, tried) if form else None
    return {"title": sheet.title, "sheet": view, "preview": preview, "general": view["general"], "wrong": len(errors)}


def _changes(connection: Connection, kind: DesignKind, held: DesignContent) -> list[str] | None:
    """In words, against the version that it goes on from, else against the product's; None: there is neither."""
    base = kind.version(connection, held.organisation_id, held.base_id) if held.base_id is not None else None
    shipped = house().forms.stored.get(held.key)
    before = base.content if base else shipped.content if shipped else None
    return None if before is None else [_told(one) for one in compare(before, held.content)]


def _told(change: Change) -> str:
    return change.zh if language() == "zh" else change.en
