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


class FieldFilters(fields.Field[dict[str, str]]):
    """Name -> value as typed; the query judges both. A value that is too long is told under the pattern."""

    def __init__(self) -> None:
        words = "cases whose business field has this value; may stand for several fields, all of which must hold"
        super().__init__(load_default=dict, data_key=PATTERN, metadata={"description": words, "type": "string"})
        self._value = Text(MAX_VALUE)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> dict[str, str]:
        if not isinstance(value, Mapping):  # a parameter that is called like the pattern
            raise refusal("not_an_object")
        return {name: self._value.deserialize(text, attr, data) or "" for name, text in value.items()}


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
