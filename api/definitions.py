"""/api/v1/definitions: check, publish, list and fetch process definitions."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Response

from accounts.house import house
from accounts.people import current_actor, own_organisation
from accounts.policies import requires
from api.documents import XML_TYPES, document
from api.idempotency import act
from api.operations import PREFIX, MachineBlueprint, operation
from api.schemas.definitions import CheckSchema, DefinitionPage, DefinitionQuery, DefinitionSchema, PublishedSchema
from engine.commands.publish_definition import publish_definition
from engine.queries.definition_detail import definition_detail
from engine.queries.definition_list import definition_content, definition_list
from engine.spiff.trial import trial_start

blueprint = MachineBlueprint("definitions", "流程定义: published diagrams, immutable")


@blueprint.get("/definitions")
@requires("definition.read")
@operation(blueprint, "Published versions of one's organisation, newest first", DefinitionPage, query=DefinitionQuery)
def list_definitions(query: Mapping[str, Any]) -> Any:
    with house().engine.read() as connection:
        return definition_list(connection, current_actor(), **query)


@blueprint.post("/definitions")
@requires("definition.publish")
@operation(
    blueprint,
    "Publish a diagram: 201 for a new version, 200 when the same bytes are published already",
    PublishedSchema,
    status=201,
    raw=XML_TYPES,
    repeatable=True,
    also={200: PublishedSchema},
)
def publish() -> Any:
    content = document()
    organisation_id = own_organisation()
    published = act(publish_definition, organisation_id, content)
    status = HTTPStatus.CREATED if published["is_new"] else HTTPStatus.OK
    return published, status, {"Location": f"{PREFIX}/definitions/{published['definition_id']}"}


@blueprint.post("/definitions/check")
@requires("definition.read")
@operation(blueprint, "All findings of a diagram; nothing is stored", CheckSchema, raw=XML_TYPES)
def check() -> Any:
    content, engine = document(), house().engine
    with engine.read() as connection:
        report = engine.definitions.check_for(connection, own_organisation(), content)
    if report.model is not None:
        trial_start(report.model)
    return {"publishable": report.model is not None, "findings": report.findings}


@blueprint.get("/definitions/<id:definition_id>")
@requires("definition.read")
@operation(blueprint, "One published version", DefinitionSchema, refuses=(404,))
def get_definition(definition_id: int) -> Any:
    with house().engine.read() as connection:
        return definition_detail(connection, current_actor(), definition_id)


@blueprint.get("/definitions/<id:definition_id>/content")
@requires("definition.read")
@operation(blueprint, "The diagram's bytes as they were published", None, refuses=(404,))
def get_content(definition_id: int) -> Response:
    with house().engine.read() as connection:
        content = definition_content(connection, current_actor(), definition_id)
    attachment = {"Content-Disposition": f'attachment; filename="{definition_id}.bpmn"'}
    return Response(content, content_type="application/xml", headers=attachment)
