"""The part of a form that is right already: what a preview can draw while the rest is still being written."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from engine.definition.findings import Finding
from forms.compiler import compile_form
from forms.findings import FormRefused
from forms.form import Form
from forms.sheet import Document, write_document

ROUNDS = 8  # fields that go may take others with them, whose conditions ask for them


def partial_form(document: Document) -> tuple[Form | None, tuple[Finding, ...]]:
    """The form without the fields that have findings, and all findings; None: nothing can be drawn."""
    left, found = deepcopy(document), tuple[Finding, ...]()
    for _ in range(ROUNDS):
        try:
            return compile_form(write_document(left)), found
        except FormRefused as refused:
            found = found or tuple(refused.findings)
            wrong = {finding.element_id for finding in refused.findings} - {None}
            components = [kept for one in left["components"] if (kept := _without(one, wrong)) is not None]
            if components == left["components"]:
                return None, found
            left["components"] = components
    return None, found


def _without(component: Any, wrong: set[str | None]) -> Any:
    """The component without its wrong columns; None: it is wrong itself."""
    if not isinstance(component, dict) or _names(component) & wrong:
        return None
    inner = component.get("components")
    if not isinstance(inner, list):
        return component
    return component | {"components": [one for one in inner if isinstance(one, dict) and not _names(one) & wrong]}


def _names(component: dict[str, Any]) -> set[str | None]:
    return {str(component[name]) for name in ("id", "key", "path") if component.get(name)}
