"""/api/v1/designs: what owners edit before it is published. Nothing that is sent is lost."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask import Response, request

from accounts.house import house
from accounts.people import current_actor, own_organisation
from accounts.policies import requires
from api.documents import DESIGN_TYPES, document
from api.idempotency import act
from api.operations import PREFIX, MachineBlueprint, operation
from api.refusals import DesignChanged, IfMatchNeeded
from api.schemas.designs import (
    ComparisonQuery,
    ComparisonSchema,
    DesignDetailSchema,
    DesignPage,
    DesignQuery,
    ImportQuery,
    NewDesignBody,
    RebaseBody,
    RevisionSchema,
    SavedSchema,
)
from engine.commands.create_design import create_design
from engine.commands.discard_design import discard_design
from engine.commands.rebase_design import rebase_design
from engine.commands.save_design import save_design
from engine.design_kind import Verdict
from engine.errors import Invalid
from engine.queries.design_comparison import design_comparison
from engine.queries.design_detail import DesignContent, design_content, design_detail
from engine.queries.design_list import design_list

blueprint = MachineBlueprint("designs", "设计稿: what owners edit before it is published")

_REVISION = re.compile(r'"(\d{1,9})"')


@blueprint.get("/designs")
@requires("definition.read")
@operation(blueprint, "Open designs of one's organisation, newest first", DesignPage, query=DesignQuery)
def list_designs(query: Mapping[str, Any]) -> Any:
    with house().engine.read() as connection:
        return design_list(connection, current_actor(), **query)


@blueprint.post("/designs")
@requires("definition.edit")
@operation(
    blueprint,
    "Begin a design with a published version, or with an empty model",
    RevisionSchema,
    status=201,
    body=NewDesignBody,
    refuses=(404, 409),
    repeatable=True,
)
def begin(body: Mapping[str, Any]) -> Any:
    return _made(act(create_design, own_organisation(), **body))


@blueprint.post("/designs/import")
@requires("definition.edit")
@operation(
    blueprint,
    "Begin a design with a file, whatever stands in it; it goes on from what is published under its key",
    RevisionSchema,
    status=201,
    query=ImportQuery,
    raw=DESIGN_TYPES,
    refuses=(409,),
    repeatable=True,
)
def import_file(query: Mapping[str, Any]) -> Any:
    return _made(act(create_design, own_organisation(), content=document(DESIGN_TYPES), **query))


@blueprint.get("/designs/<id:design_id>")
@requires("definition.read")
@operation(blueprint, "One design, with the findings of the check", DesignDetailSchema, refuses=(404,))
def get_design(design_id: int) -> Any:
    engine, actor = house().engine, current_actor()
    with engine.read() as connection:
        detail = design_detail(connection, actor, engine.resources.design_kinds, design_id)
        held = design_content(connection, actor, design_id)
    return {**vars(detail.design), **vars(detail), **vars(_check(held))}


@blueprint.delete("/designs/<id:design_id>")
@requires("definition.edit")
@operation(blueprint, "Discard a design; history keeps that it was there", None, status=204, refuses=(404, 409))
def discard(design_id: int) -> Any:
    act(discard_design, design_id)


@blueprint.get("/designs/<id:design_id>/content")
@requires("definition.read")
@operation(blueprint, "Its bytes as they were saved; the ETag is the revision", None, refuses=(404,))
def get_content(design_id: int) -> Response:
    with house().engine.read() as connection:
        held = design_content(connection, current_actor(), design_id)
    answer = content_answer(held, str(design_id))
    answer.set_etag(str(held.revision))
    return answer


@blueprint.put("/designs/<id:design_id>/content")
@requires("definition.edit")
@operation(
    blueprint,
    "Save the bytes, whatever stands in them; when somebody has saved meanwhile they are kept beside: 412",
    SavedSchema,
    raw=DESIGN_TYPES,
    refuses=(404, 412, 428),
    conditional=True,
)
def save(design_id: int) -> Any:
    content, revision = document(DESIGN_TYPES), _revision()
    saved = house().engine.run(save_design, current_actor(), design_id, revision, content)
    if saved.beside is not None:
        raise DesignChanged(saved.id, saved.beside)
    engine = house().engine
    with engine.read() as connection:
        held = design_content(connection, current_actor(), design_id)
    return {"id": design_id, "revision": saved.revision, **vars(_check(held, content))}


@blueprint.post("/designs/<id:design_id>/rebase")
@requires("definition.edit")
@operation(
    blueprint,
    "Say that it was compared with the newest published version and goes on from there",
    RevisionSchema,
    body=RebaseBody,
    refuses=(404, 409),
    repeatable=True,
)
def rebase(body: Mapping[str, Any], design_id: int) -> Any:
    return act(rebase_design, design_id, body["base_id"])


@blueprint.get("/designs/<id:design_id>/comparison")
@requires("definition.read")
@operation(
    blueprint,
    "What differs, in words, from a version or another design",
    ComparisonSchema,
    query=ComparisonQuery,
    refuses=(404,),
)
def compare(query: Mapping[str, Any], design_id: int) -> Any:
    engine = house().engine
    with engine.read() as connection:
        kinds = engine.resources.design_kinds
        return design_comparison(connection, current_actor(), kinds, design_id, **query["other"])


def content_answer(held: DesignContent, name: str) -> Response:
    """The bytes as a file of this name, which a browser does not show."""
    kind = house().engine.resources.design_kinds[held.kind]
    attachment = {"Content-Disposition": f'attachment; filename="{name}.{kind.ending}"'}
    answer = Response(held.content, content_type=kind.media_type, headers=attachment)
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


def _made(kept: Mapping[str, Any]) -> Any:
    return kept, 201, {"Location": f"{PREFIX}/designs/{kept['id']}"}


def _check(held: DesignContent, content: bytes | None = None) -> Verdict:
    engine = house().engine
    with engine.read() as connection:
        kind = engine.resources.design_kinds[held.kind]
        return kind.check(connection, held.organisation_id, held.content if content is None else content)


def _revision() -> int:
    """Of the header If-Match. Raises IfMatchNeeded, Invalid."""
    sent = request.headers.get("If-Match")
    if sent is None:
        raise IfMatchNeeded
    found = _REVISION.fullmatch(sent.strip())
    if found is None:
        words = {"zh": '须为引号中的修订号，如 "3"。', "en": 'The revision in quotation marks, as in "3".'}
        raise Invalid({"If-Match": [{"code": "format", **words}]})
    return int(found[1])
