"""Fixtures of the room `forms`: small components, form files, compiled forms, and the findings of a refused file."""

from __future__ import annotations

import pytest

from forms.compiler import compile_form
from forms.findings import FormRefused
from tests.forms.small_forms import Component, FormFile, MakeComponent, MakeForm, Refused, form_bytes


@pytest.fixture
def component() -> MakeComponent:
    """A component of a type and key with a label; more attributes as given."""

    def build(type: str, key: str, /, **more: object) -> Component:
        raw: Component = {"type": type, "id": key, "key": key}
        raw |= {"dateLabel": "时间", "subtype": "datetime"} if type == "datetime" else {"label": f"名称 {key}"}
        if type in ("select", "radio") and "properties" not in more:
            raw["values"] = [{"label": "是", "value": "yes"}, {"label": "否", "value": "no"}]
        return raw | more

    return build


@pytest.fixture
def form_file() -> FormFile:
    """The bytes of a form of these components; named values replace the file's own."""
    return form_bytes


@pytest.fixture
def form() -> MakeForm:
    """A compiled form of these components."""
    return lambda *components: compile_form(form_bytes(*components))


@pytest.fixture
def refused() -> Refused:
    """The (code, element) of every finding of a form file that must be refused."""

    def findings(content: bytes) -> list[tuple[str, str | None]]:
        with pytest.raises(FormRefused) as caught:
            compile_form(content)
        return [(found.code, found.element_id) for found in caught.value.findings]

    return findings
