"""The OpenAPI 3.1 document of /api/v1, for machines; there is no page to click through it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import current_app
from flask_smorest import Api
from werkzeug.routing import BaseConverter, IntegerConverter, Map

from accounts.policies import signed_in
from api.fields import LARGEST_ID, Instant
from api.idempotency import HEADER, MAX_KEY
from api.operations import IDEMPOTENCY_KEY, MachineBlueprint, operation
from api.problems import PROBLEM_JSON
from api.schemas.clocks import Seconds
from api.schemas.problems import ProblemSchema

DESCRIPTION = (
    "Signalbox for machines. Sign in with `Authorization: Bearer sbx_…`. Times are ISO 8601 in UTC. Lists answer "
    "`{items, next}`; give `next` back as `after`. Refusals are application/problem+json with a stable `code`, "
    "in the language of Accept-Language (zh by default)."
)
IDEMPOTENCY = {
    "name": HEADER,
    "in": "header",
    "description": "The same request sent again with the same key gets the first answer and changes nothing.",
    "schema": {"type": "string", "minLength": 1, "maxLength": MAX_KEY},
}

blueprint = MachineBlueprint("document", "this document")


class IdConverter(IntegerConverter):
    """A row's id; what no database could hold is no address."""

    def __init__(self, map: Map) -> None:
        super().__init__(map, min=1, max=LARGEST_ID)


class TaskIdConverter(BaseConverter):
    """The id of a task or a job: 32 hex digits."""

    regex = "[0-9a-f]{32}"


class MachineApi(Api):  # type: ignore[misc]
    """flask-smorest writes the document; refusals are ours."""

    ERROR_SCHEMA = ProblemSchema

    def _register_error_handlers(self) -> None:
        """Each blueprint has its own: see api.problems."""

    def _register_responses(self) -> None:
        content = {PROBLEM_JSON: {"schema": ProblemSchema}}
        for status in HTTPStatus:
            self.spec.components.response(status.name, {"description": status.phrase, "content": content}, lazy=True)
        self.spec.components.response("DEFAULT_ERROR", {"description": "A refusal", "content": content}, lazy=True)


def document_api() -> MachineApi:
    """To be given an app, then the blueprints."""
    api = MachineApi(
        spec_kwargs={
            "title": "Signalbox",
            "version": "v1",
            "openapi_version": "3.1.0",
            "info": {"description": DESCRIPTION, "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}},
            "servers": [{"url": "/"}],
            "security": [{"key": []}, {"session": []}],
        }
    )
    api.register_field(Instant, "string", "date-time")
    api.register_field(Seconds, "integer", None)
    api.register_converter(IdConverter, _id_schema)
    api.register_converter(TaskIdConverter, _task_id_schema)
    return api


def _id_schema(converter: IdConverter) -> dict[str, Any]:
    return {"type": "integer", "minimum": 1, "maximum": LARGEST_ID}


def _task_id_schema(converter: TaskIdConverter) -> dict[str, Any]:
    return {"type": "string", "pattern": f"^{TaskIdConverter.regex}$"}


def add_components(api: MachineApi, cookie: str) -> None:
    """Ways to sign in and the shared header."""
    components = api.spec.components
    components.security_scheme("key", {"type": "http", "scheme": "bearer", "bearerFormat": "sbx_…"})
    components.security_scheme("session", {"type": "apiKey", "in": "cookie", "name": cookie})
    components.parameter(IDEMPOTENCY_KEY, "header", IDEMPOTENCY, lazy=True)


@blueprint.get("/openapi.json")
@signed_in
@operation(blueprint, "This document", None)
def openapi() -> dict[str, Any]:
    api: MachineApi = current_app.extensions["flask-smorest"]["apis"][""]["ext_obj"]
    document: dict[str, Any] = api.spec.to_dict()
    return document
