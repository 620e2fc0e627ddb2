"""Query parameters `field.<name>=value`: their names are the business fields of the published processes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import fields, pre_load

from api.fields import StrictSchema, Text
from engine.queries.field_filter import PREFIX
from forms.problems import refusal

PATTERN = f"{PREFIX}<name>"
MAX_VALUE = 200  # characters


class FieldFilters(fields.Dict):
    """Name -> value as typed; the query judges both."""

    def __init__(self) -> None:
        words = "cases whose business field has this value; may stand for several fields, all of which must hold"
        super().__init__(
            keys=fields.String(),
            values=Text(MAX_VALUE),
            load_default=dict,
            data_key=PATTERN,
            metadata={"description": words, "type": "string"},
        )


class FieldQuery(StrictSchema):
    """A list that can be filtered and sorted by business fields."""

    fields_ = FieldFilters()
    sort = Text(100, load_default=None, description="`field.<name>`, or `-field.<name>` for the greatest first")

    @pre_load
    def gather(self, data: Mapping[str, Any], **_: Any) -> dict[str, Any]:
        """One member for all the parameters of the pattern. A field named twice is refused: which one would count?"""
        named = [name for name in data if name.startswith(PREFIX)]
        values = getattr(data, "getlist", lambda name: [data[name]])
        for name in named:
            if len(values(name)) > 1:
                raise refusal("not_a_choice")
        rest = {name: data[name] for name in data if not name.startswith(PREFIX)}
        filters = {name.removeprefix(PREFIX): data[name] for name in named}
        return {**rest, PATTERN: filters} if named else rest
