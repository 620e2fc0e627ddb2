"""提交发布: what would change is read once more, other designs that belong to it go along, and a note says why."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.house import house
from accounts.people import current_actor
from accounts.policies import requires
from engine.commands.submit_release import MAX_NOTE, submit_release
from engine.design_rows import DesignSubmitted
from engine.errors import EngineError, Invalid
from engine.queries.design_comparison import design_comparison
from engine.queries.design_detail import DesignDetail, design_content, design_detail
from engine.queries.design_list import DesignItem, design_list
from engine.queries.paging import MAX_LIMIT
from engine.release_rows import ReleaseRefused
from maintenance.trial.releases import play_release
from web.fields import words_of
from web.frame import page
from web.i18n import language
from web.pages.comparison import address, change_rows
from web.pages.modeler import finding_row
from web.reading import reading
from web.words import _

blueprint = Blueprint("submission", __name__, url_prefix="/processes/designs/<int(max=9223372036854775807):design_id>")


@blueprint.get("/submit")
@requires("definition.edit")
def show(design_id: int) -> AnyResponse:
    return _page(design_id)


@blueprint.post("/submit")
@requires("definition.edit")
def submit(design_id: int) -> AnyResponse:
    """`design`: id and the revision that stood on the page, as "7:3", for each that goes along."""
    note = request.form.get("note", "")
    chosen = [pair for one in request.form.getlist("design") if (pair := _pair(one))]
    try:
        release_id = house().engine.run(submit_release, current_actor(), chosen, note)
    except Invalid as error:
        words = [text for texts in words_of(error).values() for text in texts]
        return _page(design_id, 422, note=note, chosen=chosen, refused={"words": " ".join(words), "findings": []})
    except DesignSubmitted as error:
        return redirect(url_for("releases.show", release_id=error.params["release"]), 303)
    except EngineError as error:
        findings = error.findings if isinstance(error, ReleaseRefused) else ()
        refused = {"words": error.message(language()), "findings": [finding_row(one) for one in findings]}
        return _page(design_id, error.status, note=note, chosen=chosen, refused=refused)
    play_release(house().engine, house().trials, current_actor(), release_id)
    flash(_("Submitted. Somebody else reads and publishes it."), "success")
    return redirect(url_for("releases.show", release_id=release_id), 303)


def _page(
    design_id: int,
    status: int = 200,
    *,
    note: str = "",
    chosen: list[tuple[int, int]] | None = None,
    refused: dict[str, Any] | None = None,
) -> AnyResponse:
    actor, kinds = current_actor(), house().engine.resources.design_kinds
    with reading() as connection:
        detail = design_detail(connection, actor, kinds, design_id)
        if detail.design.release_id is not None:
            return redirect(url_for("releases.show", release_id=detail.design.release_id), 303)
        if detail.design.ended_at is not None:
            return redirect(url_for("modeler.show", design_id=design_id), 303)
        found = design_comparison(connection, actor, kinds, design_id)
        held = design_content(connection, actor, design_id)
        verdict = kinds[held.kind].check(connection, held.organisation_id, held.content)
        others = [one for one in design_list(connection, actor, limit=MAX_LIMIT).items if one.id != design_id]
    along = {id for id, _revision in chosen or ()}
    view = {
        "url": url_for("submission.submit", design_id=design_id),
        "back_url": url_for("modeler.show", design_id=design_id),
        "design": _choice(detail.design),
        "base": detail.base.version if detail.base else None,
        "outdated": _outdated(detail),
        "changes": change_rows(found.changes),
        "findings": [finding_row(one) for one in verdict.findings],
        "publishable": verdict.publishable,
        "others": [_choice(one) | {"chosen": one.id in along} for one in others if one.release_id is None],
        "note": note,
        "max_note": MAX_NOTE,
        "refused": refused,
    }
    return page("submission.html", "processes", status, submission=view)


def _choice(one: DesignItem) -> dict[str, Any]:
    kind = house().engine.resources.design_kinds[one.kind]
    words = kind.zh if language() == "zh" else kind.en
    return {"id": one.id, "value": f"{one.id}:{one.revision}", "name": one.name, "key": one.key, "kind": words}


def _outdated(detail: DesignDetail) -> dict[str, Any] | None:
    """A version that this design does not go on from, with the way to compare."""
    if not detail.outdated or detail.newest is None:
        return None
    return {"version": detail.newest.version, "url": address(detail.design.id, str(detail.newest.id))}


def _pair(text: str) -> tuple[int, int] | None:
    id, _colon, revision = text.partition(":")
    numbers = [part for part in (id, revision) if part.isascii() and part.isdigit() and len(part) < 19]
    return (int(id), int(revision)) if len(numbers) == 2 else None
