"""A compiled form: it judges a submission and returns clean JSON values, or refuses with problems per field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import Schema, ValidationError

from engine.errors import Invalid
from engine.expressions.expression import Expression
from forms.layout import Item, Layout
from forms.options import Options
from forms.problems import FORM, Problem, problem, problems_of

MAX_FIELDS = 200  # keys in a submission
MAX_BYTES = 64 * 1024  # of a submission's keys and texts in UTF-8


@dataclass(frozen=True)
class FormField:
    """A field with the conditions that the server evaluates."""

    item: Item
    hide: Expression | None = None
    required_if: Expression | None = None

    @property
    def key(self) -> str:
        return self.item.key


@dataclass(frozen=True)
class Form:
    """A form, compiled once and shared; it holds no state of a case."""

    key: str
    title: str
    fields: tuple[FormField, ...]  # in the order of drawing; conditions only use earlier ones
    layout: Layout
    schema: Schema  # types and limits of each field; required and conditions are judged by `validate`
    known_names: frozenset[str]  # names its conditions take from the case's data

    def validate(
        self, data: Mapping[str, Any], known: Mapping[str, Any], options: Options | None = None
    ) -> dict[str, Any]:
        """The clean values by key, all JSON; times are ISO 8601 in UTC.

        `known`: the case's data. A key is left out when its field is empty or hidden, and is null when the case knew a
        value that this submission takes away. A read-only field's value is ignored. Without `options` a choice that is
        not written in the form is only checked for its shape. Raises engine.errors.Invalid with all problems.
        """
        if not isinstance(data, Mapping):
            raise Invalid({FORM: [problem("not_an_object")]})
        if len(data) > MAX_FIELDS:
            raise Invalid({FORM: [problem("too_many_fields", limit=MAX_FIELDS)]})
        submission = _Submission(self, data, known, options)
        for field in self.fields:
            submission.judge(field)
        return submission.result()


class _Submission:
    """One submission while it is judged, field by field in the form's order."""

    def __init__(self, form: Form, data: Mapping[str, Any], known: Mapping[str, Any], options: Options | None) -> None:
        self._known, self._options = known, options
        self._seen = dict(known)  # what conditions see
        self._clean: dict[str, Any] = {}
        own = {field.key for field in form.fields}
        self._loaded, self._problems = _load(form.schema, {key: data[key] for key in data if key in own})
        for key in data:
            if key not in own:
                self._problems[str(key)[:64]] = [problem("unknown_field")]
        self._too_large = _size(data) > MAX_BYTES

    def judge(self, field: FormField) -> None:
        if self._holds(field.hide):
            self._problems.pop(field.key, None)
            self._keep(field.key, None)
        elif field.item.read_only:
            self._problems.pop(field.key, None)
        elif field.key in self._problems:
            self._seen[field.key] = None
        else:
            self._accept(field, self._loaded.get(field.key))

    def result(self) -> dict[str, Any]:
        if self._too_large and not self._problems:
            self._problems[FORM] = [problem("submission_too_large", limit=MAX_BYTES // 1024)]
        if self._problems:
            raise Invalid(self._problems)
        return self._clean

    def _accept(self, field: FormField, value: Any) -> None:
        item = field.item
        if item.kind == "checkbox":
            value = bool(value)
        if value is None or value is False:
            if item.required or self._holds(field.required_if):
                self._problems[field.key] = [problem("required")]
        elif item.options and self._options and not self._options.contains(item.options, value, self._seen):
            self._problems[field.key] = [problem("not_a_choice")]
        self._keep(field.key, value)

    def _keep(self, key: str, value: Any) -> None:
        self._seen[key] = value
        if value is not None or self._known.get(key) is not None:
            self._clean[key] = value

    def _holds(self, condition: Expression | None) -> bool:
        if condition is None:
            return False
        return bool(condition.evaluate({name: self._seen.get(name) for name in condition.names}))


def _load(schema: Schema, data: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, list[Problem]]]:
    try:
        return schema.load(data), {}
    except ValidationError as error:
        return error.valid_data if isinstance(error.valid_data, dict) else {}, problems_of(error)


def _size(data: Mapping[str, Any]) -> int:
    """Bytes of keys and texts. Lists and objects are refused by their field, so nothing is walked in depth."""
    values = (value for value in data.values() if isinstance(value, str))
    return sum(len(text.encode("utf-8", "surrogatepass")) for text in (*map(str, data), *values))
