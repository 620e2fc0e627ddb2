"""发布申请: what is handed in for publishing, read by the second person, published, returned or withdrawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response as AnyResponse

from accounts.house import house
from accounts.people import current_actor
from accounts.policies import requires
from engine.commands.publish_release import publish_release
from engine.commands.return_release import MAX_REASON, return_release
from engine.commands.withdraw_release import withdraw_release
from engine.errors import EngineError, Invalid
from engine.queries.release_detail import FrozenDesign, ReleaseDetail, release_detail
from engine.queries.release_list import ReleaseRow, release_list
from engine.release_rows import DesignOutdated, ReleaseRefused
from maintenance.queries.release_stories import PlayedStory, release_stories
from web.fields import words_of
from web.frame import listed, page
from web.i18n import language
from web.pages.comparison import change_rows, marks
from web.pages.modeler import finding_row
from web.pages.my_tasks import PAGE, first_page
from web.pages.processes import CONTENT
from web.reading import reading
from web.words import _

blueprint = Blueprint("releases", __name__, url_prefix="/releases")
_ONE = "/<int(max=9223372036854775807):release_id>"


@blueprint.get("")
@requires("definition.read")
def release_page() -> AnyResponse:
    actor, after = current_actor(), request.args.get("after")
    try:
        with reading() as connection:
            found = release_list(connection, actor, after=after, limit=PAGE)
    except Invalid as error:
        return first_page(error)
    view = {
        "rows": [_row(one) for one in found.items],
        "next_url": url_for("releases.release_page", after=found.next) if found.next else None,
        "first_url": url_for("releases.release_page") if after else None,
        "back_url": url_for("processes.process_list"),
    }
    return page("releases.html", "processes", releases=view)


@blueprint.get(_ONE)
@requires("definition.read")
def show(release_id: int) -> AnyResponse:
    return _page(release_id)


@blueprint.post(f"{_ONE}/publish")
@requires("definition.publish")
def publish(release_id: int) -> AnyResponse:
    try:
        done = house().engine.run(publish_release, current_actor(), release_id)
    except (ReleaseRefused, DesignOutdated) as error:
        return _page(release_id, error.status, refused=error)
    names = listed([_("%(key)s version %(version)s", key=one.key, version=one.version) for one in done])
    flash(_("Published: %(names)s. New cases run on it; those in progress keep theirs.", names=names), "success")
    return redirect(url_for("releases.show", release_id=release_id), 303)


@blueprint.post(f"{_ONE}/return")
@requires("definition.publish")
def send_back(release_id: int) -> AnyResponse:
    reason = request.form.get("reason", "")
    try:
        house().engine.run(return_release, current_actor(), release_id, reason)
    except Invalid as error:
        return _page(release_id, 422, reason=reason, errors=words_of(error)["reason"])
    flash(_("Returned: its designs can be worked on again."), "success")
    return redirect(url_for("releases.show", release_id=release_id), 303)


@blueprint.post(f"{_ONE}/withdraw")
@requires("definition.edit")
def withdraw(release_id: int) -> AnyResponse:
    house().engine.run(withdraw_release, current_actor(), release_id)
    flash(_("Withdrawn: its designs can be worked on again."), "success")
    return redirect(url_for("releases.show", release_id=release_id), 303)


def state_words(state: str) -> str:
    """How a release stands."""
    words = {"open": _("waits for publishing"), "published": _("published"), "returned": _("returned")}
    return words.get(state) or _("withdrawn")


def _page(
    release_id: int,
    status: int = 200,
    *,
    refused: EngineError | None = None,
    reason: str = "",
    errors: list[str] | None = None,
) -> AnyResponse:
    actor, resources = current_actor(), house().engine.resources
    with reading() as connection:
        two_person = resources.two_person_publish
        detail = release_detail(connection, actor, resources.design_kinds, release_id, two_person=two_person)
        designs = [_design(connection, one, release_id) for one in detail.designs]
        stories = [_story(one) for one in release_stories(connection, actor, release_id)]
    view = {
        **_row(detail.release),
        "reason": detail.release.reason,
        "ended_by": detail.release.ended_by or _("the system"),
        "ended_at": detail.release.ended_at,
        "designs": designs,
        "stories": stories,
        "back_url": url_for("releases.release_page"),
        "refusal": detail.refusal.message(language()) if detail.refusal else None,
        "refused": _refused(refused),
        **_doors(detail, release_id),
    }
    view["send_back"] = {"url": view["return_url"], "reason": reason, "errors": errors or [], "max": MAX_REASON}
    return page("release.html", "processes", status, release=view)


def _doors(detail: ReleaseDetail, release_id: int) -> dict[str, str | None]:
    return {
        "publish_url": url_for("releases.publish", release_id=release_id) if detail.may_publish else None,
        "return_url": url_for("releases.send_back", release_id=release_id) if detail.may_return else None,
        "withdraw_url": url_for("releases.withdraw", release_id=release_id) if detail.may_withdraw else None,
    }


def _refused(error: EngineError | None) -> dict[str, Any] | None:
    """Why it was not published, with what the check has found now."""
    if error is None:
        return None
    findings = error.findings if isinstance(error, ReleaseRefused) else ()
    return {"words": error.message(language()), "findings": [finding_row(one) for one in findings]}


def _row(one: ReleaseRow) -> dict[str, Any]:
    return {
        "id": one.id,
        "url": url_for("releases.show", release_id=one.id),
        "names": listed([design.name for design in one.designs]),
        "note": one.note,
        "who": one.submitted_by or _("the system"),
        "at": one.submitted_at,
        "state": one.state,
        "state_words": state_words(one.state),
    }


def _design(connection: Connection, one: FrozenDesign, release_id: int) -> dict[str, Any]:
    source = url_for("api_releases.get_content", release_id=release_id, design_id=one.design_id)
    view: dict[str, Any] = {
        "id": one.design_id,
        "name": one.name,
        "key": one.key,
        "kind": one.kind,
        "url": url_for("modeler.show", design_id=one.design_id),
        "outdated": one.outdated,
        "version": one.version,
        "changes": change_rows(one.changes),
        "marks": marks(one.changes),
        "findings": [_told(finding) for finding in one.findings],
        "new": {"words": _("As submitted"), "source": source},
        "old": None,
    }
    if one.base is not None and one.kind in CONTENT:
        words = _("Version %(version)s", version=one.base.version)
        view["old"] = {"words": words, "source": url_for(CONTENT[one.kind], definition_id=one.base.id)}
    return view


def _story(one: PlayedStory) -> dict[str, Any]:
    words = one.zh if language() == "zh" else one.en
    return {"name": one.name, "process": one.process_key, "holds": one.holds, "step": one.step, "words": words}


def _told(finding: Mapping[str, Any]) -> dict[str, Any]:
    return {"severity": finding["severity"], "message": finding[f"message_{language()}"]}
