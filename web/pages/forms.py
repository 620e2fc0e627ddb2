"""表单: every form that a process may show, where it is shown, who is working on it; and beginning a design."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response as AnyResponse

from accounts.house import house
from accounts.people import current_actor, own_organisation
from accounts.policies import requires
from engine.authorization import Actor
from engine.commands.create_design import TooManyDesigns, create_design
from engine.design_rows import DesignTooLarge
from engine.published_forms import FORM, FormUse, form_uses
from engine.queries.definition_list import DefinitionItem
from engine.queries.design_list import DesignItem, design_list
from engine.queries.form_list import newest_forms_list
from engine.queries.paging import MAX_LIMIT
from forms.components import NAME
from forms.findings import UnknownForm
from web.frame import page
from web.i18n import language
from web.menu import Entry
from web.reading import reading
from web.words import _

blueprint = Blueprint("forms", __name__, url_prefix="/forms")
ENTRY = Entry("forms", lambda: _("Forms"), "forms.show", "design", "f", permissions=("definition.read",))

MAX_NAME = 60  # characters of a form's title
MAX_ID = 18  # digits


@dataclass(frozen=True)
class Begun:
    """What was typed to begin a new form, and what is wrong with it."""

    key: str = ""
    name: str = ""
    errors: tuple[tuple[str, str], ...] = ()  # control -> words


@blueprint.get("")
@requires("definition.read")
def show() -> Response:
    return _page(Begun())


@blueprint.post("")
@requires("definition.edit")
def begin() -> AnyResponse:
    """A new form, or a design of one that there is: "published" holds its id, "shipped" its key, "file" is a file."""
    asked = request.form
    try:
        if published := asked.get("published", ""):
            return _begin(base_id=int(published) if published.isdecimal() and len(published) <= MAX_ID else 0)
        if shipped := asked.get("shipped", ""):
            return _begin(content=_shipped(shipped))
        if (file := request.files.get("file")) and (content := file.read()):
            return _begin(content=content)
        begun = _asked(asked.get("key", "").strip(), asked.get("name", "").strip())
        return _page(begun, 422) if begun.errors else _begin(key=begun.key, name=begun.name)
    except (TooManyDesigns, DesignTooLarge) as error:
        told = (("", error.message(language())),)
        return _page(Begun(asked.get("key", ""), asked.get("name", ""), told), error.status)


def _begin(**given: Any) -> AnyResponse:
    made = house().engine.run(create_design, current_actor(), own_organisation(), FORM, **given)
    return redirect(url_for("form_design.show", design_id=made.id), 303)


def _shipped(key: str) -> bytes:
    """Raises UnknownForm."""
    if key not in house().forms.stored:
        raise UnknownForm(form=key[:100])
    return house().forms.stored[key].content


def _asked(key: str, name: str) -> Begun:
    errors = []
    if not name or len(name) > MAX_NAME:
        errors.append(("name", _("Give it a name of at most %(most)s characters.", most=MAX_NAME)))
    if not NAME.fullmatch(key):
        errors.append(("key", _("It begins with a–z and holds only a–z, 0–9 and _, at most 64.")))
    elif key in _taken():
        errors.append(("key", _("There is a form with this key: change that one, or choose another key.")))
    return Begun(key, name, tuple(errors))


def _taken() -> set[str]:
    with reading() as connection:
        return {one["key"] for one in _entries(connection, current_actor())}


def _page(begun: Begun, status: int = 200) -> Response:
    actor = current_actor()
    with reading() as connection:
        entries = _entries(connection, actor)
    new = {"key": begun.key, "name": begun.name, "errors": dict(begun.errors)}
    view = {"entries": entries, "begin_url": url_for("forms.begin"), "may_edit": actor.may("definition.edit")}
    return page("forms.html", "forms", status, forms=view | {"new": new})


def _entries(connection: Connection, actor: Actor) -> list[dict[str, Any]]:
    """Published forms, those of the installation, and those that are only designed so far; by name."""
    published = {one.key: one for one in newest_forms_list(connection, actor)}
    shipped = {key: one.form.title for key, one in house().forms.stored.items()}
    designs = _designs(connection, actor)
    uses = form_uses(connection, own_organisation())
    keys = {*published, *shipped, *(one.key for one in designs)}
    entries = [
        _entry(key, published.get(key), shipped.get(key), [one for one in designs if one.key == key], uses.get(key, ()))
        for key in keys
    ]
    return sorted(entries, key=lambda one: (not one["designs"], not one["uses"], one["name"], one["key"]))


def _entry(
    key: str, published: DefinitionItem | None, title: str | None, designs: list[DesignItem], uses: tuple[FormUse, ...]
) -> dict[str, Any]:
    name = published.name if published else title or designs[0].name
    return {
        "key": key,
        "name": name,
        "url": url_for("form.show", key=key) if published or title is not None else None,
        "version": published.version if published else None,
        "published_at": published.published_at if published else None,
        "shipped": published is None and title is not None,
        "from": ("published", published.id) if published else ("shipped", key) if title is not None else None,
        "uses": [{"process": use.process_name, "steps": [step or _("Start") for step in use.steps]} for use in uses],
        "designs": [
            {
                "url": url_for("form_design.show", design_id=one.id),
                "who": one.updated_by,
                "at": one.updated_at,
                "submitted": one.release_id is not None,
                "beside": one.split_from is not None,
            }
            for one in designs
        ],
    }


def _designs(connection: Connection, actor: Actor) -> list[DesignItem]:
    """Every open one."""
    found, after = list[DesignItem](), None
    while True:
        part = design_list(connection, actor, kind=FORM, after=after, limit=MAX_LIMIT)
        found += part.items
        if part.next is None:
            return found
        after = part.next
