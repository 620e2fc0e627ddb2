"""Reads bodies and query strings into the schemas of the operations; every mistake is told at once, per field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

import marshmallow
from flask import Request
from webargs.flaskparser import FlaskParser, is_json_request

from api.refusals import UnsupportedMediaType
from engine.errors import Invalid
from engine.json_text import read_json
from forms.problems import FORM, Problem, problem

_UNKNOWN: dict[str, str | None] = {**FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION, "query": marshmallow.RAISE}


class StrictParser(FlaskParser):
    """webargs with our JSON reader, our refusals, and no unknown names anywhere."""

    DEFAULT_UNKNOWN_BY_LOCATION = _UNKNOWN

    def _raw_load_json(self, req: Request) -> Any:
        if not is_json_request(req):
            raise UnsupportedMediaType(expected="application/json")
        return read_json(req.get_data())

    def handle_error(
        self,
        error: marshmallow.ValidationError,
        req: Request,
        schema: marshmallow.Schema,
        *,
        error_status_code: int | None,
        error_headers: Mapping[str, str] | None,
    ) -> NoReturn:
        raise invalid(error)


def invalid(error: marshmallow.ValidationError) -> Invalid:
    """webargs' {location: {field: messages}} as Invalid. Our fields and schemas give codes of forms.problems."""
    fields: dict[str, list[Problem]] = {}
    for messages in error.messages_dict.values():
        found = messages if isinstance(messages, Mapping) else {FORM: messages}
        for field, problems in found.items():
            name = FORM if field == marshmallow.exceptions.SCHEMA else str(field)[:64]
            fields[name] = [problem(one) if isinstance(one, str) else one for one in problems]
    return Invalid(fields)
