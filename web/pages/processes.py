"""流程、决策表: what is published and what is being designed; one key with its versions; new designs."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response as AnyResponse

from accounts.house import house
from accounts.people import current_actor, own_organisation
from accounts.policies import requires
from engine import nouns
from engine.authorization import Actor
from engine.commands.create_design import create_design
from engine.errors import Invalid, NotFound
from engine.queries.design_list import DesignItem, design_list
from engine.queries.paging import MAX_LIMIT
from engine.queries.published_list import (
    PublishedKey,
    PublishedVersion,
    published_list,
    running_cases,
    version_list,
)
from engine.queries.release_list import open_releases
from web.fields import words_of
from web.frame import page
from web.menu import Entry
from web.pages.my_tasks import search_words
from web.reading import reading
from web.words import _

blueprint = Blueprint("processes", __name__, url_prefix="/processes")


def _open(connection: Connection, actor: Actor) -> int:
    """Releases that wait for somebody who may publish."""
    return open_releases(connection, actor) if actor.may("definition.publish") else 0


ENTRY = Entry(
    "processes",
    lambda: _("Processes"),
    "processes.process_list",
    "design",
    "p",
    permissions=("definition.read",),
    count=_open,
)
KINDS = ("process", "decision")
CONTENT = {"process": "api_definitions.get_content", "decision": "api_decisions.get_content"}
"""Kind -> who answers with the bytes of a published version (definition_id)."""
ENDINGS = {".dmn": "decision"}
"""Of imported files; any other is taken for a diagram."""


@blueprint.get("")
@requires("definition.read")
def process_list() -> AnyResponse:
    return _list_page()


@blueprint.post("/import")
@requires("definition.edit")
def import_file() -> AnyResponse:
    """Whatever stands in the file: what is wrong with it is told beside the design."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return _list_page(422, import_errors=[_("Choose a file first.")])
    kind = next((kind for ending, kind in ENDINGS.items() if file.filename.lower().endswith(ending)), "process")
    name = file.filename.rpartition(".")[0]
    with file.stream as stream:
        return _begun(kind, name=name, content=stream.read())


@blueprint.post("/new")
@requires("definition.edit")
def new() -> AnyResponse:
    typed = {"key": request.form.get("key", "").strip(), "name": request.form.get("name", "").strip()}
    errors = {} if _is_key(typed["key"]) else {"key": [_("A letter first, then letters, digits, _ and -.")]}
    if errors:
        return _list_page(422, typed=typed, errors=errors)
    try:
        return _begun(_kind(request.form), key=typed["key"], name=typed["name"] or typed["key"])
    except Invalid as error:
        return _list_page(422, typed=typed, errors=words_of(error))


@blueprint.get("/<key>")
@requires("definition.read")
def show(key: str) -> AnyResponse:
    """One key: its versions, the chosen one drawn. `?version=` chooses, the newest is taken without."""
    actor, kind = current_actor(), _kind(request.args)
    with reading() as connection:
        versions = version_list(connection, actor, kind, key)
        designs = design_list(connection, actor, kind=kind, key=key, limit=MAX_LIMIT).items
    if not versions:
        raise NotFound(what=nouns.PROCESS if kind == "process" else nouns.DECISION)
    chosen = next((one for one in versions if str(one.version) == request.args.get("version")), versions[0])
    view = {
        "key": key,
        "kind": kind,
        "name": chosen.name,
        "back_url": url_for("processes.process_list", kind=kind),
        "chosen": _version(chosen, kind, key),
        "versions": [_version(one, kind, key) | {"chosen": one is chosen} for one in versions],
        "designs": [design_row(one) for one in designs],
        "compare_url": url_for("comparison.of_versions", key=key),
        "begin": _beginning(key, chosen) if _may_edit() else None,
    }
    return page("process.html", "processes", process=view)


@blueprint.post("/<key>/designs")
@requires("definition.edit")
def begin(key: str) -> AnyResponse:
    """A new design that goes on from a published version."""
    base = request.form.get("base", "")
    if not base.isascii() or not base.isdigit() or len(base) > 18:
        raise NotFound(what=nouns.DEFINITION)
    return _begun(_kind(request.form), base_id=int(base))


def design_row(design: DesignItem) -> dict[str, Any]:
    """One open design as lists show it."""
    return {
        "url": url_for("modeler.show", design_id=design.id),
        "name": design.name,
        "key": design.key,
        "id": design.id,
        "who": design.updated_by or _("the system"),
        "at": design.updated_at,
        "aside": design.split_from is not None,
        "submitted": design.release_id is not None,
    }


def _begun(kind: str, **given: Any) -> AnyResponse:
    made = house().engine.run(create_design, current_actor(), own_organisation(), kind, **given)
    return redirect(url_for("modeler.show", design_id=made.id), 303)


def _list_page(
    status: int = 200,
    *,
    typed: dict[str, str] | None = None,
    errors: dict[str, list[str]] | None = None,
    import_errors: list[str] | None = None,
) -> AnyResponse:
    actor, kind, words = current_actor(), _kind(request.values), search_words()
    with reading() as connection:
        published = published_list(connection, actor, kind)
        designs = design_list(connection, actor, kind=kind, limit=MAX_LIMIT).items
        running = running_cases(connection, actor) if kind == "process" else {}
        waiting = open_releases(connection, actor)
    keys = {one.key for one in published}
    view: dict[str, Any] = {
        "kind": kind,
        "tabs": [{"key": one, "url": url_for("processes.process_list", kind=one)} for one in KINDS],
        "q": words,
        "action": url_for("processes.process_list"),
        "clear_url": url_for("processes.process_list", kind=kind) if words else None,
        "rows": [_row(one, kind, designs, running) for one in published if _found(words, one)],
        "unpublished": [design_row(one) for one in designs if one.key not in keys and _found(words, one)],
        "releases": {"url": url_for("releases.release_page"), "waiting": waiting},
        "begin": None,
    }
    if _may_edit():
        view["begin"] = {"new_url": url_for("processes.new"), "import_url": url_for("processes.import_file")}
        view["begin"] |= {"typed": typed or {}, "errors": errors or {}, "import_errors": import_errors or []}
    return page("processes.html", "processes", status, processes=view)


def _found(words: str, one: PublishedKey | DesignItem) -> bool:
    return words.casefold() in f"{one.name} {one.key}".casefold()


def _row(one: PublishedKey, kind: str, designs: list[DesignItem], running: dict[str, int]) -> dict[str, Any]:
    return {
        "url": url_for("processes.show", key=one.key, kind=kind),
        "key": one.key,
        "name": one.name,
        "version": one.version,
        "at": one.published_at,
        "who": one.published_by,
        "running": running.get(one.key, 0),
        "designs": [design_row(design) for design in designs if design.key == one.key],
        "begin_url": url_for("processes.begin", key=one.key) if _may_edit() else None,
        "base": one.id,
    }


def _beginning(key: str, chosen: PublishedVersion) -> dict[str, Any]:
    trial_url = url_for("trial.definition", subject_id=chosen.id)
    return {"url": url_for("processes.begin", key=key), "base": chosen.id, "trial_url": trial_url}


def _version(one: PublishedVersion, kind: str, key: str) -> dict[str, Any]:
    return {
        "id": one.id,
        "version": one.version,
        "at": one.published_at,
        "who": one.published_by or _("the system"),
        "running": one.running,
        "url": url_for("processes.show", key=key, kind=kind, version=one.version),
        "content": url_for(CONTENT[kind], definition_id=one.id),
    }


def _kind(given: Any) -> str:
    kind = str(given.get("kind", ""))
    return kind if kind in KINDS else KINDS[0]


def _is_key(text: str) -> bool:
    letters = text.replace("_", "").replace("-", "")
    return 0 < len(text) <= 100 and text.isascii() and text[0].isalpha() and letters.isalnum()


def _may_edit() -> bool:
    return current_actor().may("definition.edit")
