"""A compiled form: it judges a submission and returns clean JSON values, or refuses with problems per field."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, cast

from marshmallow import Schema, ValidationError

from engine.errors import Invalid
from forms.compound_values import RowsValue
from forms.conditions import holds
from forms.kinds import KINDS
from forms.layout import Condition, Item, Layout
from forms.options import Options
from forms.problems import FORM, Problem, problem, problems_of
from forms.size import size
from forms.uploads import Upload, Uploads

MAX_FIELDS = 200  # keys in a submission
MAX_BYTES = 64 * 1024  # of a submission's keys and texts in UTF-8, those inside rows included


@dataclass(frozen=True)
class Form:
    """A form, compiled once and shared; it holds no state of a case."""

    key: str
    title: str
    fields: tuple[Item, ...]  # in the order of drawing; conditions only use earlier ones
    layout: Layout
    schema: Schema  # types and limits of each field; required and conditions are judged by `validate`
    known_names: frozenset[str]  # names its conditions take from the case's data
    wording: str | None = None  # of a published form the SHA-256 of its bytes; None: it came with the installation

    def validate(
        self,
        data: Mapping[str, Any],
        known: Mapping[str, Any],
        options: Options | None = None,
        uploads: Uploads | None = None,
    ) -> dict[str, Any]:
        """The clean values by key, all JSON; times are ISO 8601 in UTC.

        `known`: the case's data. A key is left out when its field is empty or hidden, and is null when the case knew a
        value that this submission takes away. A read-only field's value is ignored. Without `options` a choice that is
        not written in the form, without `uploads` an upload, is only checked for its shape. Raises
        engine.errors.Invalid with all problems; those of a cell stand under "<table>.<row from 0>.<column>".
        """
        if not isinstance(data, Mapping):
            raise Invalid({FORM: [problem("not_an_object")]})
        if len(data) > MAX_FIELDS:
            raise Invalid({FORM: [problem("too_many_fields", limit=MAX_FIELDS)]})
        asked = _House(options, uploads)
        asked.prepare(uploads_in(self.fields, data))
        submission = _Submission(self.fields, self.schema, data, known, known, asked)
        clean = submission.judge()
        if size(data, MAX_BYTES) > MAX_BYTES and not submission.problems:
            submission.problems[FORM] = [problem("submission_too_large", limit=MAX_BYTES // 1024)]
        if submission.problems:
            raise Invalid(submission.problems)
        return clean


def uploads_in(fields: Collection[Item], values: Mapping[str, Any]) -> list[str]:
    """The ids of the photos, files and signatures among the values, each once; what cannot be one is passed over."""
    found: dict[str, None] = {}
    for field in fields:
        value = values.get(field.key) if KINDS[field.kind].upload else None
        listed = value[: KINDS[field.kind].max_count] if isinstance(value, list) else [value]
        found |= {one: None for one in listed if isinstance(one, str)}
    return list(found)


class _House:
    """What is asked of upper rooms about the values of one submission."""

    def __init__(self, options: Options | None, uploads: Uploads | None) -> None:
        self._options, self._uploads = options, uploads
        self._found: Mapping[str, Upload] = {}

    def prepare(self, ids: list[str]) -> None:
        """Ask for all uploads at once."""
        if self._uploads and ids:
            self._found = self._uploads.usable(ids)

    def complaint(self, item: Item, value: Any, seen: Mapping[str, Any]) -> Problem | None:
        if item.options and self._options and not self._options.contains(item.options, value, seen):
            return problem("not_a_choice")
        if self._uploads and KINDS[item.kind].upload:
            return self._of_uploads(item, value if isinstance(value, list) else [value])
        return None

    def _of_uploads(self, item: Item, ids: list[str]) -> Problem | None:
        uploads = [self._found.get(one) for one in ids]
        if not all(uploads):
            return problem("upload_missing")
        if any(upload and upload.kind != item.kind for upload in uploads):
            return problem("upload_wrong_kind")
        if item.accept and not all(upload and upload.name.lower().endswith(item.accept) for upload in uploads):
            return problem("file_type_wrong", accept=" ".join(item.accept))
        return None


class _Submission:
    """A submission, or one row of a table in it, while it is judged field by field in the form's order."""

    def __init__(
        self,
        fields: tuple[Item, ...],
        schema: Schema,
        data: Mapping[str, Any],
        known: Mapping[str, Any],
        seen: Mapping[str, Any],
        house: _House,
    ) -> None:
        self._fields, self._schema, self._known, self._house = fields, schema, known, house
        self._seen = dict(seen)  # what conditions see
        self._clean: dict[str, Any] = {}
        own = {field.key for field in fields}
        self._loaded, self.problems = _load(schema, {key: data[key] for key in data if key in own})
        for key in data:
            if key not in own:
                self.problems[str(key)[:64]] = [problem("unknown_field")]

    def judge(self) -> dict[str, Any]:
        """The clean values; what is wrong stands in `problems`."""
        for field in self._fields:
            if field.show_when and not holds(field.show_when, self._seen):
                self.problems.pop(field.key, None)
                self._keep(field.key, None)
            elif field.read_only:
                self.problems.pop(field.key, None)
            elif field.key in self.problems:
                self._seen[field.key] = None
            else:
                self._accept(field, self._loaded.get(field.key))
        return self._clean

    def _accept(self, item: Item, value: Any) -> None:
        if item.kind == "checkbox":
            value = bool(value)
        if value is None or value is False:
            if item.required or _holds(item.required_when, self._seen):
                self.problems[item.key] = [problem("required")]
        elif complaint := self._house.complaint(item, value, self._seen):
            self.problems[item.key] = [complaint]
        elif item.columns:
            value = [self._row(item, number, row) for number, row in enumerate(value)]
        self._keep(item.key, value)

    def _row(self, item: Item, number: int, row: Mapping[str, Any]) -> dict[str, Any]:
        field = cast("RowsValue", self._schema.fields[item.key])
        inner = _Submission(item.columns, field.schema, row, {}, self._seen, self._house)
        clean = inner.judge()
        self.problems |= {f"{item.key}.{number}.{key}": found for key, found in inner.problems.items()}
        return clean

    def _keep(self, key: str, value: Any) -> None:
        self._seen[key] = value
        if value is not None or self._known.get(key) is not None:
            self._clean[key] = value


def _holds(condition: Condition | None, seen: Mapping[str, Any]) -> bool:
    return condition is not None and holds(condition, seen)


def _load(schema: Schema, data: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, list[Problem]]]:
    try:
        return schema.load(data), {}
    except ValidationError as error:
        return error.valid_data if isinstance(error.valid_data, dict) else {}, problems_of(error)
