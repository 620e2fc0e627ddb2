"""Reads bodies and query strings into the schemas of the operations; every mistake is told at once, per field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

import marshmallow
from flask import Request
from webargs.flaskparser import FlaskParser, is_json_request
from webargs.multidictproxy import MultiDictProxy
from werkzeug.datastructures import CombinedMultiDict

from api.refusals import UnsupportedMediaType
from engine.errors import Invalid
from engine.json_text import read_json
from forms.problems import FORM, Problem, problem

MAX_FIELDS = 256 * 1024
"""Bytes of the parts that are no files. The framework also counts the piece it has just read, of 64 KB."""
MAX_PARTS = 20
_UNKNOWN: dict[str, str | None] = {
    **FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION,
    "query": marshmallow.RAISE,
    "files": marshmallow.RAISE,
}


class StrictParser(FlaskParser):
    """webargs with our JSON reader, our refusals, and no unknown names anywhere."""

    DEFAULT_UNKNOWN_BY_LOCATION = _UNKNOWN

    def _raw_load_json(self, req: Request) -> Any:
        if not is_json_request(req):
            raise UnsupportedMediaType(expected="application/json")
        return read_json(req.get_data())

    def load_files(self, req: Request, schema: marshmallow.Schema) -> Any:
        """Every part of a multipart/form-data body, the fields beside the files."""
        if req.mimetype != "multipart/form-data":
            raise UnsupportedMediaType(expected="multipart/form-data")
        req.max_form_memory_size, req.max_form_parts = MAX_FIELDS, MAX_PARTS
        return MultiDictProxy(CombinedMultiDict([req.files, req.form]), schema)

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
