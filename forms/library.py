"""The forms of a folder, compiled once: what the engine validates with and what pages draw."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from sqlalchemy import Connection

from engine.definition.findings import Finding
from forms.compiler import compile_form
from forms.findings import FormRefused, UnknownForm, finding
from forms.form import Form
from forms.layout import Layout
from forms.wordings import Wordings

SUFFIX = ".form.json"
SHIPPED = Path(__file__).parent
"""The forms we ship: a folder per process key."""


@dataclass(frozen=True)
class StoredForm:
    """A form with where it came from."""

    form: Form
    process: str  # the folder's name: the process key
    digest: str  # SHA-256 of the file's bytes, hexadecimal
    content: bytes = b""  # of the file: what an organisation's own version begins with


@dataclass(frozen=True)
class FormLibrary:
    """The forms of the installation by key, and the way to those that organisations have published."""

    stored: Mapping[str, StoredForm]
    wordings: Wordings = field(default_factory=Wordings, compare=False)

    @classmethod
    def load(cls, folder: Path = SHIPPED) -> FormLibrary:
        """Compile every <process>/*.form.json. Raises FormRefused with the findings of all files."""
        stored: dict[str, StoredForm] = {}
        findings: list[Finding] = []
        for path in sorted(folder.glob(f"*/*{SUFFIX}")):
            content = path.read_bytes()
            try:
                form = compile_form(content, path.name.removesuffix(SUFFIX))
            except FormRefused as refused:
                place = f"{path.parent.name}/{path.name}"
                findings.extend(_in_file(found, place) for found in refused.findings)
                continue
            if form.key in stored:
                findings.append(finding("form_id_duplicate", key=form.key, file=stored[form.key].process))
                continue
            stored[form.key] = StoredForm(form, path.parent.name, hashlib.sha256(content).hexdigest(), content)
        if findings:
            raise FormRefused(findings, form=folder.name)
        return cls(stored)

    def keys(self) -> frozenset[str]:
        return frozenset(self.stored)

    def form(self, form_key: str) -> Form:
        """Raises UnknownForm."""
        return self._stored(form_key).form

    def layout(self, form_key: str) -> Layout:
        """Raises UnknownForm."""
        return self._stored(form_key).form.layout

    def digest(self, form_key: str) -> str:
        """SHA-256 of the file's bytes: which wording somebody filled in. Raises UnknownForm."""
        return self._stored(form_key).digest

    def find(self, connection: Connection, form_key: str, wording: str | None) -> Form:
        """The form that a version of a process shows. `wording`: SHA-256 of a published one, or None for our own.

        Raises UnknownForm.
        """
        return self.form(form_key) if wording is None else self.wordings.form(connection, wording)

    def _stored(self, form_key: str) -> StoredForm:
        found = self.stored.get(form_key)
        if found is None:
            raise UnknownForm(form=form_key)
        return found


def _in_file(found: Finding, place: str) -> Finding:
    return replace(found, message_zh=f"{place}：{found.message_zh}", message_en=f"{place}: {found.message_en}")
