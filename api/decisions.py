"""/api/v1/decisions: check, publish, list, fetch and try out decision tables."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import orjson
from flask import Response

from accounts.house import house
from accounts.people import current_actor, own_organisation
from accounts.policies import requires
from api.documents import XML_TYPES, document
from api.idempotency import act
from api.operations import PREFIX, MachineBlueprint, operation
from api.schemas.decisions import (
    DecisionFilePage,
    DecisionFileSchema,
    DecisionQuery,
    DecisionsPublishedSchema,
    EvaluateBody,
    EvaluationSchema,
)
from api.schemas.definitions import CheckSchema
from engine import nouns
from engine.commands.publish_decisions import publish_decisions
from engine.decisions.evaluation import evaluate
from engine.decisions.table import Decision, DecisionFile
from engine.errors import Invalid, NotFound
from engine.queries.decision_list import decision_content, decision_detail, decision_list
from forms.problems import problem

blueprint = MachineBlueprint("decisions", "决策: published decision tables, immutable")


@blueprint.get("/decisions")
@requires("definition.read")
@operation(
    blueprint, "Published decision files of one's organisation, newest first", DecisionFilePage, query=DecisionQuery
)
def list_decisions(query: Mapping[str, Any]) -> Any:
    with house().engine.read() as connection:
        return decision_list(connection, current_actor(), **query)


@blueprint.post("/decisions")
@requires("definition.publish")
@operation(
    blueprint,
    "Publish a decision file: 201 for a new version, 200 when the same bytes are the newest already",
    DecisionsPublishedSchema,
    status=201,
    raw=XML_TYPES,
    repeatable=True,
    also={200: DecisionsPublishedSchema},
)
def publish() -> Any:
    published = act(publish_decisions, own_organisation(), document())
    status = HTTPStatus.CREATED if published["is_new"] else HTTPStatus.OK
    return published, status, {"Location": f"{PREFIX}/decisions/{published['definition_id']}"}


@blueprint.post("/decisions/check")
@requires("definition.read")
@operation(
    blueprint,
    "All findings of a decision file, gaps and overlaps included; nothing is stored",
    CheckSchema,
    raw=XML_TYPES,
)
def check() -> Any:
    report = house().engine.decisions.check(document())
    return {"publishable": report.file is not None, "findings": report.findings}


@blueprint.get("/decisions/<id:definition_id>")
@requires("definition.read")
@operation(blueprint, "One published version of a decision file", DecisionFileSchema, refuses=(404,))
def get_decision(definition_id: int) -> Any:
    with house().engine.read() as connection:
        return decision_detail(connection, current_actor(), definition_id)


@blueprint.get("/decisions/<id:definition_id>/content")
@requires("definition.read")
@operation(blueprint, "The decision file's bytes as they were published", None, refuses=(404,))
def get_content(definition_id: int) -> Response:
    with house().engine.read() as connection:
        content = decision_content(connection, current_actor(), definition_id)
    attachment = {"Content-Disposition": f'attachment; filename="{definition_id}.dmn"'}
    return Response(content, content_type="application/xml", headers=attachment)


@blueprint.post("/decisions/<id:definition_id>/evaluate")
@requires("definition.read")
@operation(
    blueprint,
    "Make a published decision on given data; nothing is stored, and long texts are cut",
    EvaluationSchema,
    body=EvaluateBody,
    refuses=(404,),
)
def evaluate_decision(body: Mapping[str, Any], definition_id: int) -> Any:
    engine = house().engine
    with engine.read() as connection:
        found = decision_detail(connection, current_actor(), definition_id)
        file = engine.decisions.file(connection, found.id)
    made = evaluate(_chosen(file, body["decision"]), body["data"])
    return orjson.loads(orjson.dumps(made.as_fact()))


def _chosen(file: DecisionFile, decision_id: str | None) -> Decision:
    """Raises NotFound, and Invalid where several could be meant."""
    if decision_id is None:
        if len(file.decisions) != 1:
            raise Invalid({"decision": [problem("required")]})
        return next(iter(file.decisions.values()))
    if decision_id not in file.decisions:
        raise NotFound(what=nouns.DECISION)
    return file.decisions[decision_id]
