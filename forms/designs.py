"""Forms as a kind of designs: form JSON bytes."""

from __future__ import annotations

from sqlalchemy import Connection

from engine.commands.publish_form import store_form
from engine.definition.changes import Change
from engine.definition.findings import Finding
from engine.design_kind import PublishedVersion, Stored, Verdict
from engine.models import FormDefinition
from engine.published_forms import FORM, FormUse, form_uses
from engine.publishing import newest_version, version_by_id
from engine.unit_of_work import UnitOfWork
from forms.comparison import compare
from forms.compiler import compile_form
from forms.components import NAME
from forms.document import read_document
from forms.findings import FormRefused, remark
from forms.sheet import title_in, write_document

_TABLE = FormDefinition.__table__


class FormDesigns:
    """engine.design_kind.DesignKind."""

    name, zh, en = FORM, "表单", "form"
    media_type, ending = "application/json", "form.json"

    def check(self, connection: Connection, organisation_id: int, content: bytes) -> Verdict:
        """Remarks tell which processes will show it from its publication on."""
        try:
            form = compile_form(content)
        except FormRefused as refused:
            return Verdict(False, refused.findings)
        newest = self.published(connection, organisation_id, form.key)
        if newest is not None and newest.content == content:
            return Verdict(True, ())
        uses = form_uses(connection, organisation_id).get(form.key, ())
        return Verdict(True, tuple(map(_renewed, uses)))

    def key_of(self, content: bytes) -> str | None:
        key = _document(content).get("id")
        return key if isinstance(key, str) and NAME.fullmatch(key) else None

    def name_of(self, content: bytes) -> str | None:
        listed = _document(content).get("components")
        first = listed[0] if isinstance(listed, list) and listed else None
        return title_in(first) or None

    def empty(self, key: str, name: str) -> bytes:
        title = {"type": "text", "id": "title", "text": f"# {name}"}
        return write_document({"type": "default", "id": key, "schemaVersion": 19, "components": [title]})

    def compare(self, old: bytes, new: bytes) -> tuple[Change, ...]:
        return compare(old, new)

    def publish(self, uow: UnitOfWork, organisation_id: int, content: bytes) -> Stored:
        stored = store_form(uow, organisation_id, content)
        return Stored(stored.form_id, stored.version, ())

    def published(self, connection: Connection, organisation_id: int, key: str) -> PublishedVersion | None:
        return newest_version(connection, _TABLE, organisation_id, key)

    def version(self, connection: Connection, organisation_id: int, id: int) -> PublishedVersion | None:
        return version_by_id(connection, _TABLE, organisation_id, id)


def _document(content: bytes) -> dict[str, object]:
    try:
        return read_document(content)
    except FormRefused:
        return {}


def _renewed(use: FormUse) -> Finding:
    steps = "、".join(use.steps), ", ".join(use.steps)
    known = {"process": use.process_name, "version": use.version + 1}
    return remark("form_renews_process", **known, steps_zh=steps[0], steps_en=steps[1])
