"""One form: as staff see it now, where it is shown, and its versions with what changed in each."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, url_for
from sqlalchemy import Connection

from accounts.house import house
from accounts.people import current_actor, own_organisation
from accounts.policies import requires
from engine.authorization import Actor
from engine.published_forms import form_uses
from engine.queries.form_list import FormVersion, form_versions
from forms.comparison import compare
from forms.findings import UnknownForm
from forms.form import Form
from web.form_preview import Tried, preview_view, try_out
from web.frame import page
from web.i18n import language
from web.reading import reading
from web.words import _

blueprint = Blueprint("form", __name__, url_prefix="/forms/<key>")


@blueprint.get("")
@requires("definition.read")
def show(key: str) -> Response:
    with reading() as connection:
        return _page(connection, current_actor(), key, None)


@blueprint.post("/try")
@requires("definition.read")
def attempt(key: str) -> Response:
    """What the server would say to what was typed. Nothing is refused: it is the answer asked for."""
    actor = current_actor()
    with reading() as connection:
        form = _present(connection, key, form_versions(connection, actor, key))
        return _page(connection, actor, key, try_out(connection, actor, own_organisation(), form))


def _present(connection: Connection, key: str, versions: list[FormVersion]) -> Form:
    """The newest published version, else the installation's. Raises UnknownForm."""
    if not versions and key not in house().forms.stored:
        raise UnknownForm(form=key[:100])
    return house().forms.find(connection, key, versions[0].sha256 if versions else None)


def _page(connection: Connection, actor: Actor, key: str, tried: Tried | None) -> Response:
    versions = form_versions(connection, actor, key)
    form = _present(connection, key, versions)
    uses = form_uses(connection, own_organisation()).get(key, ())
    action = url_for("form.attempt", key=key)
    view: dict[str, Any] = {
        "key": key,
        "name": form.title,
        "uses": [{"process": use.process_name, "steps": [step or _("Start") for step in use.steps]} for use in uses],
        "versions": _versions(key, versions),
        "shipped": key in house().forms.stored,
        "from": ("published", versions[0].id) if versions else ("shipped", key),
        "preview": preview_view(connection, actor, own_organisation(), form, action, tried),
        "may_edit": actor.may("definition.edit"),
        "begin_url": url_for("forms.begin"),
        "back_url": url_for("forms.show"),
    }
    return page("form.html", "forms", form=view)


def _versions(key: str, versions: list[FormVersion]) -> list[dict[str, Any]]:
    """Newest first, each against the one before it; the first against what came with the product."""
    shipped = house().forms.stored.get(key)
    before = [*(one.content for one in versions[1:]), shipped.content if shipped else b""]
    return [_version(one, old) for one, old in zip(versions, before, strict=False)]


def _version(one: FormVersion, before: bytes) -> dict[str, Any]:
    told = [change.zh if language() == "zh" else change.en for change in compare(before, one.content)]
    changes = told if before else None
    return {"number": one.version, "at": one.published_at, "who": one.published_by, "changes": changes}
