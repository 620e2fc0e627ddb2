"""The preview of a form that is being designed: drawn as staff will see it, and judged as their submissions will be."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from engine.authorization import Actor
from engine.errors import Invalid
from forms.form import Form
from maintenance.choices import CaseChoices
from web.fields import Drawing, defaults, drawn, form_errors
from web.posted import posted
from web.words import _


@dataclass(frozen=True)
class Tried:
    """What somebody has typed into the preview, and what the server would say."""

    values: Mapping[str, Any]
    invalid: Invalid | None = None
    clean: Mapping[str, Any] | None = None


def try_out(connection: Connection, actor: Actor, organisation_id: int, form: Form) -> Tried:
    """Judge what was posted. Nothing is stored; photos and files cannot be tried."""
    values = posted(form.layout)
    try:
        clean = form.validate(values, {}, CaseChoices(connection, actor, organisation_id, None))
    except Invalid as invalid:
        return Tried(values, invalid)
    return Tried(values, clean=clean)


def preview_view(
    connection: Connection, actor: Actor, organisation_id: int, form: Form, action: str, tried: Tried | None
) -> dict[str, Any]:
    """As _fields.staff_form draws it, with `accepted`: what would be stored, as JSON text, or None."""
    values = tried.values if tried else defaults(form.layout)
    invalid = tried.invalid if tried else None
    drawing = Drawing(CaseChoices(connection, actor, organisation_id, None), refused=invalid)
    accepted = tried.clean if tried else None
    return {
        "title": form.title,
        "action": action,
        "fields": drawn(form.layout, values, drawing),
        "upload_url": None,
        "hidden": {},
        "known": {},
        "errors": form_errors(form.layout, invalid),
        "submit_label": _("Try it"),
        "judged_by_server": True,
        "draft_url": None,
        "draft_at": None,
        "accepted": None if accepted is None else json.dumps(accepted, ensure_ascii=False, indent=2),
    }
