"""The OpenAPI 3.1 document of /api/v1; the page web/pages/api_docs.py draws it."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any

from flask import Flask, current_app
from flask_smorest import Api
from werkzeug.routing import BaseConverter, IntegerConverter, Map

from accounts.policies import Policy, declarations, signed_in
from accounts.roles import KNOWN
from api.examples import example
from api.fields import LARGEST_ID, Instant
from api.idempotency import HEADER, MAX_KEY
from api.operations import IDEMPOTENCY_KEY, IF_MATCH, PREFIX, MachineBlueprint, operation
from api.problems import PROBLEM_JSON
from api.schemas.clocks import Seconds
from api.schemas.problems import ProblemSchema
from api.summaries import ZH

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
MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "The revision that is saved over, in quotation marks: the ETag of what was read.",
    "schema": {"type": "string"},
}

METHODS = ("get", "post", "put", "patch", "delete")
_CONVERTED = re.compile(r"<(?:\w+:)?(\w+)>")

blueprint = MachineBlueprint("document", "本文档: this document")


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
    components.parameter(IF_MATCH, "header", MATCH, lazy=True)


@blueprint.get("/openapi.json")
@signed_in
@operation(blueprint, "This document", None)
def openapi() -> dict[str, Any]:
    api: MachineApi = current_app.extensions["flask-smorest"]["apis"][""]["ext_obj"]
    document: dict[str, Any] = {**api.spec.to_dict()}  # the library gives out its own, to be left as it is
    document["tags"] = [_tag(**tag) for tag in document["tags"]]
    needs = _needs(current_app._get_current_object())  # type: ignore[attr-defined]
    schemas = document["components"]["schemas"]
    for path, item in document["paths"].items():
        for method, one in item.items():
            if method in METHODS:
                one["x-needs"] = needs[method.upper(), path]
                one["x-summary-zh"] = ZH[f"{method.upper()} {path.removeprefix(PREFIX)}"]
                one["operationId"] = _operation_id(method, path)
                _add_examples(schemas, one)
    return document


def _tag(name: str, description: str) -> dict[str, str]:
    """A group with its two texts; its blueprint holds both, as in `工单: running and ended cases`."""
    zh, en = description.split(": ", 1)
    return {"name": name, "description": en[0].upper() + en[1:], "x-zh": zh}


def _needs(app: Flask) -> dict[tuple[str, str], Any]:
    """(method, path of the document) -> who may: "public", "signed-in", or the permissions with their names."""
    return {
        (method, _CONVERTED.sub(r"{\1}", path)): _who(policy)
        for (path, _, method), policy in declarations(app).items()
        if path.startswith(PREFIX)
    }


def _who(policy: Policy | None) -> Any:
    if policy is not None and policy.anybody:
        return "public"
    held = policy.permissions if policy is not None else ()
    return [vars(KNOWN[key]) for key in held] or "signed-in"


def _operation_id(method: str, path: str) -> str:
    words = re.findall(r"\w+", path.removeprefix(PREFIX))
    return "_".join((method, *words))


def _add_examples(schemas: dict[str, Any], operation: dict[str, Any]) -> None:
    """To each JSON body, and to each JSON answer that is no refusal."""
    good = [one for status, one in operation["responses"].items() if status.startswith("2")]
    for part in (operation.get("requestBody", {}), *good):
        media = part.get("content", {}).get("application/json")
        if media and media.get("schema"):
            media["example"] = example(schemas, media["schema"])
