"""设计稿: the editor of a process or decision table, and what can be done with a design."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Blueprint, flash, redirect, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response as AnyResponse

from accounts.headers import CONTENT_SECURITY_POLICY
from accounts.house import house
from accounts.people import current_actor
from accounts.policies import requires
from engine.commands.discard_design import discard_design
from engine.definition.findings import Finding
from engine.queries.design_detail import DesignContent, DesignDetail, design_content, design_detail
from engine.queries.published_list import version_list
from web.addresses import there
from web.catalogue import catalogue
from web.failures import message
from web.frame import page
from web.i18n import language
from web.pages import comparison
from web.reading import reading
from web.words import _

blueprint = Blueprint("modeler", __name__, url_prefix="/processes/designs/<int(max=9223372036854775807):design_id>")
TEMPLATES = {"process": "modeler.html", "decision": "decision.html"}
WITH_STYLES = f"{CONTENT_SECURITY_POLICY}; style-src-attr 'unsafe-inline'"
"""The editors set style attributes of their own; what people write never becomes one."""


@blueprint.get("")
@requires("definition.read")
def show(design_id: int) -> AnyResponse:
    """The editor for who may edit an open design; for all others it is there to look at."""
    actor, engine = current_actor(), house().engine
    with reading() as connection:
        detail = design_detail(connection, actor, engine.resources.design_kinds, design_id)
        held = design_content(connection, actor, design_id)
        if held.kind not in TEMPLATES:
            return _other_kind(design_id, held.kind)
        view = _view(connection, detail, held)
        editable = detail.design.ended_at is None and actor.may("definition.edit")
        if editable and held.kind == "process":
            view["catalogue"] = _json(catalogue(connection, actor, held.base_id))
    if not editable:
        return page("design.html", "processes", design=view)
    answer = page(TEMPLATES[held.kind], "processes", design=view)
    answer.headers["Content-Security-Policy"] = WITH_STYLES
    return answer


@blueprint.post("/discard")
@requires("definition.edit")
def discard(design_id: int) -> AnyResponse:
    house().engine.run(discard_design, current_actor(), design_id)
    flash(_("The design is discarded. History keeps that it was there."), "success")
    return redirect(url_for("processes.process_list"), 303)


def _other_kind(design_id: int, kind: str) -> AnyResponse:
    """Kinds that other pages edit."""
    address = there(f"/{kind}s/designs/{design_id}")
    if address is not None:
        return redirect(address, 303)
    happened = _("There is no page for designs of this kind.")
    return message(_("No such page"), happened, next=[], code="404", status=404)


def _view(connection: Connection, detail: DesignDetail, held: DesignContent) -> dict[str, Any]:
    design, kind = detail.design, house().engine.resources.design_kinds[held.kind]
    verdict = kind.check(connection, held.organisation_id, held.content)
    versions = version_list(connection, current_actor(), held.kind, held.key)
    person = current_actor()
    return {
        "id": design.id,
        "kind": held.kind,
        "key": held.key,
        "name": design.name,
        "revision": held.revision,
        "content": url_for("api_designs.get_content", design_id=design.id),
        "readable": kind.key_of(held.content) is not None,
        "file_name": f"{held.key}.{kind.ending}",
        "keep": f"{person.id}:{design.id}",
        "findings": _json([finding_row(one) for one in verdict.findings]),
        "told": [finding_row(one) for one in verdict.findings],
        "base": detail.base.version if detail.base else None,
        "newest": detail.newest.version if detail.newest else None,
        "newest_id": detail.newest.id if detail.newest else None,
        "outdated": detail.outdated,
        "ended": design.ended_how,
        "by": design.updated_by or _("the system"),
        "at": design.updated_at,
        "back_url": url_for("processes.process_list", kind=held.kind),
        "release_url": url_for("releases.show", release_id=design.release_id) if design.release_id else None,
        "published_url": url_for("processes.show", key=held.key, kind=held.kind) if versions else None,
        "aside": url_for("modeler.show", design_id=design.split_from) if design.split_from else None,
        "versions": [{"version": one.version, "id": one.id} for one in versions[:5]],
        "begin_url": url_for("processes.begin", key=held.key),
        "trial_url": there(f"/processes/designs/{design.id}/trial"),
        "compare_url": url_for("comparison.of_design", design_id=design.id),
        "discard_url": url_for("modeler.discard", design_id=design.id),
        "submit_url": url_for("submission.show", design_id=design.id),
        "try_url": url_for("decision_trial.box", design_id=design.id),
        "copy_url": url_for("modeler.show", design_id=0),
        "copy_compare_url": comparison.address(0, f"design:{design.id}"),
    }


def finding_row(finding: Finding) -> dict[str, Any]:
    """One finding in the reader's language."""
    words = finding.message_zh if language() == "zh" else finding.message_en
    return {"severity": finding.severity, "element_id": finding.element_id, "message": words, "code": finding.code}


def _json(data: Any) -> str:
    return orjson.dumps(data).decode()
