"""表单设计: the fields of a form as a table, its preview beside it. Each button sends the whole table and saves it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response as AnyResponse

from accounts.house import house
from accounts.people import current_actor
from accounts.policies import requires
from engine import nouns
from engine.authorization import Actor
from engine.commands.discard_design import discard_design
from engine.commands.rebase_design import rebase_design
from engine.commands.save_design import Beside, Saved, save_design
from engine.commands.submit_release import submit_release
from engine.errors import EngineError, NotFound
from engine.published_forms import FORM
from engine.queries.design_detail import DesignContent, design_content
from forms import editing
from forms.editing import change
from forms.partial import partial_form
from forms.sheet import Document, read_sheet, write_document
from web.form_design import design_view, shown_at
from web.form_preview import Tried, try_out
from web.form_sheet import kind_words, typed
from web.frame import page
from web.i18n import language
from web.reading import reading
from web.words import _

blueprint = Blueprint("form_design", __name__, url_prefix="/forms/designs/<int(max=9223372036854775807):design_id>")

MAX_DIGITS = 18


@blueprint.get("")
@requires("definition.read")
def show(design_id: int) -> Response:
    return _page(design_id)


@blueprint.post("")
@requires("definition.edit")
def save(design_id: int) -> AnyResponse:
    """The table as it stood in the browser, on top of the file it was drawn from, and what a button asks for."""
    with reading() as connection:
        held = _held(connection, current_actor(), design_id)
    found = read_sheet(request.form.get("document", "").encode()) or read_sheet(held.content)
    if found is None:
        return _page(design_id, 409)
    document = found[0]
    before = write_document(document)
    change(document, typed(request.form), request.form.get("title"))
    place = _act(document, request.form.get("do", ""))
    after = write_document(document)
    if after != before:
        saved = _save(design_id, after)
        if saved.beside is not None:
            return _page(design_id, 412, kept=saved.id, beside=saved.beside)
    anchor = f"row-{place}" if place else None
    return redirect(url_for("form_design.show", design_id=design_id, _anchor=anchor), 303)


@blueprint.post("/try")
@requires("definition.read")
def attempt(design_id: int) -> Response:
    """What the server would say to what was typed into the preview. Nothing is refused: it is the answer asked for."""
    actor = current_actor()
    with reading() as connection:
        held = _held(connection, actor, design_id)
        found = read_sheet(held.content)
        form = partial_form(found[0])[0] if found else None
        tried = try_out(connection, actor, held.organisation_id, form) if form else None
    return _page(design_id, tried=tried)


@blueprint.get("/file")
@requires("definition.read")
def download(design_id: int) -> Response:
    with reading() as connection:
        held = _held(connection, current_actor(), design_id)
    attachment = {"Content-Disposition": f'attachment; filename="{held.key}.form.json"'}
    return Response(held.content, content_type="application/json", headers=attachment)


@blueprint.post("/file")
@requires("definition.edit")
def replace(design_id: int) -> AnyResponse:
    """The whole file in place of the present one."""
    with reading() as connection:
        _held(connection, current_actor(), design_id)
    file = request.files.get("file")
    content = file.read() if file else b""
    if not content:
        flash(_("Choose a file first."), "warning")
        return redirect(url_for("form_design.show", design_id=design_id), 303)
    saved = _save(design_id, content)
    if saved.beside is not None:
        return _page(design_id, 412, kept=saved.id, beside=saved.beside)
    flash(_("The file has been taken over."), "success")
    return redirect(url_for("form_design.show", design_id=design_id), 303)


@blueprint.post("/discard")
@requires("definition.edit")
def discard(design_id: int) -> AnyResponse:
    with reading() as connection:
        name = _held(connection, current_actor(), design_id).key
    house().engine.run(discard_design, current_actor(), design_id)
    flash(_("The design of “%(name)s” has been discarded. What is published stays as it is.", name=name), "success")
    return redirect(url_for("forms.show"), 303)


@blueprint.post("/submit")
@requires("definition.edit")
def submit(design_id: int) -> AnyResponse:
    """Hand it in for a second person to publish, with the designs of processes that were ticked."""
    with reading() as connection:
        _held(connection, current_actor(), design_id)
    ticked = (text.partition(":") for text in request.form.getlist("with"))
    beside = [(_number(id), _number(revision)) for id, _colon, revision in ticked]
    handed_in = [(design_id, _number(request.form.get("revision", ""))), *beside]
    try:
        house().engine.run(submit_release, current_actor(), handed_in, request.form.get("note", ""))
    except EngineError as error:
        return _page(design_id, error.status, problem=error.message(language()))
    flash(_("Submitted. Somebody who has not worked on it publishes it."), "success")
    return redirect(url_for("form_design.show", design_id=design_id), 303)


@blueprint.post("/rebase")
@requires("definition.edit")
def rebase(design_id: int) -> AnyResponse:
    """The newest published version has been compared with it: it goes on from there."""
    with reading() as connection:
        held = _held(connection, current_actor(), design_id)
        kind = house().engine.resources.design_kinds[FORM]
        newest = kind.published(connection, held.organisation_id, held.key)
    if newest is not None:
        house().engine.run(rebase_design, current_actor(), design_id, newest.id)
    return redirect(url_for("form_design.show", design_id=design_id), 303)


def _held(connection: Connection, actor: Actor, design_id: int) -> DesignContent:
    """Raises NotFound, also for a design of another kind."""
    held = design_content(connection, actor, design_id)
    if held.kind != FORM:
        raise NotFound(what=nouns.DESIGN)
    return held


def _save(design_id: int, content: bytes) -> Saved:
    revision = _number(request.form.get("revision", ""))
    return house().engine.run(save_design, current_actor(), design_id, revision, content)


def _number(text: str) -> int:
    """0: it is none, and so the number of nothing."""
    return int(text) if text.isdecimal() and len(text) <= MAX_DIGITS else 0


def _act(document: Document, button: str) -> str:
    """What the button asks for; the path of the row to show then, or ""."""
    verb, _colon, path = button.partition(":")
    if verb in ("up", "down"):
        editing.move(document, path, -1 if verb == "up" else 1)
    elif verb == "copy":
        editing.duplicate(document, path)
    elif verb == "remove":
        editing.remove(document, path)
    elif verb == "add":
        kind = request.form.get(f"add.{path}", "textfield")
        editing.add(document, kind, _("New: %(kind)s", kind=kind_words(kind)), path or None)
    return shown_at(document, verb, path)


def _page(
    design_id: int,
    status: int = 200,
    *,
    tried: Tried | None = None,
    kept: int | None = None,
    beside: Beside | None = None,
    problem: str | None = None,
) -> Response:
    with reading() as connection:
        _held(connection, current_actor(), design_id)
        view: dict[str, Any] = design_view(connection, current_actor(), design_id, tried)
    view |= {"kept_url": url_for("form_design.show", design_id=kept) if kept else None, "beside": beside}
    view["problem"] = problem
    return page("form_design.html", "forms", status, design=view)
