"""What every operation of the API has: a summary, typed input and output, its refusals, and a place in OpenAPI."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from flask import request
from flask_smorest import Blueprint
from marshmallow import Schema

from api.arguments import StrictParser
from api.problems import answer_problems

PREFIX = "/api/v1"
MAX_BODY = 1280 * 1024
"""Bytes: 1 MB of text still reaches the form that refuses it by its field. Diagrams have a limit of their own."""
IDEMPOTENCY_KEY = "IDEMPOTENCY_KEY"
IF_MATCH = "IF_MATCH"
"""The headers' names among the OpenAPI components."""

NOTHING: Mapping[int, type[Schema]] = MappingProxyType({})
View = Callable[..., Any]
Decorator = Callable[[View], View]


class MachineBlueprint(Blueprint):  # type: ignore[misc]
    """A group of operations under /api/v1 that reads strictly and answers refusals as problem+json."""

    ARGUMENTS_PARSER = StrictParser()

    def __init__(self, name: str, description: str, *, max_body: int = MAX_BODY) -> None:
        """`description`: in Chinese, then after ": " in English. `max_body`: bytes read of a request to this group."""
        super().__init__(f"api_{name}", __name__, url_prefix=PREFIX, description=description)
        self._max_body = max_body
        answer_problems(self)
        self.before_request(self._limit_body)

    def get(self, rule: str) -> Decorator:
        return self._on("GET", rule)

    def post(self, rule: str) -> Decorator:
        return self._on("POST", rule)

    def patch(self, rule: str) -> Decorator:
        return self._on("PATCH", rule)

    def put(self, rule: str) -> Decorator:
        return self._on("PUT", rule)

    def delete(self, rule: str) -> Decorator:
        return self._on("DELETE", rule)

    def _on(self, method: str, rule: str) -> Decorator:
        decorator: Decorator = self.route(rule, methods=[method])
        return decorator

    def _limit_body(self) -> None:
        request.max_content_length = self._max_body


def operation(
    blueprint: MachineBlueprint,
    summary: str,
    answers: type[Schema] | None,
    *,
    status: int = 200,
    query: type[Schema] | None = None,
    body: type[Schema] | None = None,
    parts: type[Schema] | None = None,
    raw: tuple[str, ...] = (),
    refuses: tuple[int, ...] = (),
    repeatable: bool = False,
    conditional: bool = False,
    also: Mapping[int, type[Schema]] = NOTHING,
) -> Decorator:
    """Decorate a view. Input comes as its first arguments: the query first, then the body.

    `parts`: a body of multipart/form-data, fields and files together, instead of JSON. `raw`: the media types of a body
    that is taken as it is.
    `refuses`: statuses beside 401, 403 and, where there is input, 422. `repeatable`: takes an Idempotency-Key.
    `conditional`: needs If-Match. `also`: other statuses of success.
    """
    refused = {401, 403, *refuses}
    if body or parts or raw:
        refused |= {400, 413, 415, 422}
    if query or repeatable:
        refused.add(422)

    def decorate(view: View) -> View:
        for schema, location in ((body, "json"), (parts, "files"), (query, "query")):
            if schema is not None:
                view = blueprint.arguments(schema(), location=location)(view)
        for code, schema in also.items():
            view = blueprint.alt_response(code, schema=schema, success=True)(view)
        view = blueprint.response(status, answers)(view)
        described: dict[str, Any] = {
            "summary": summary,
            "responses": {code: HTTPStatus(code).name for code in sorted(refused)},
        }
        headers = [IDEMPOTENCY_KEY] * repeatable + [IF_MATCH] * conditional
        if headers:
            described["parameters"] = headers
        if raw:
            content = {kind: {"schema": {"type": "string", "contentMediaType": kind}} for kind in raw}
            described["requestBody"] = {"required": True, "content": content}
        decorated: View = blueprint.doc(**described)(view)
        return decorated

    return decorate
