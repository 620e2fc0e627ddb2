"""Compiles a form file, a strict subset of form-js's JSON schema, to a Form; refuses with all findings at once."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from marshmallow import Schema

from engine.definition.findings import Finding
from engine.expressions.errors import ExpressionError
from engine.expressions.expression import Expression
from forms.components import NAME, Component, is_plain, kind_of
from forms.conditions import LANGUAGE, NotSupported, leaves, negate, parse
from forms.document import read_document
from forms.findings import FormRefused, finding
from forms.form import Form, FormField
from forms.kinds import KINDS
from forms.layout import Condition, Item, Layout

MAX_COMPONENTS = 100
MAX_TITLE = 60  # characters
SCHEMA_VERSIONS = range(1, 20)  # form-js 1.x writes up to 19

_TOP = frozenset({"type", "id", "schemaVersion", "components"})
_EDITOR_NOTES = frozenset({"exporter", "executionPlatform", "executionPlatformVersion", "generated"})


def compile_form(content: bytes, name: str | None = None) -> Form:
    """Compile a form file. `name`: its name without ".form.json", which the id must equal. Raises FormRefused."""
    return _Compiler(read_document(content), name).form()


@dataclass
class _Compiler:
    """One form while it is compiled."""

    raw: dict[str, Any]
    name: str | None
    findings: list[Finding] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    earlier: dict[str, Item] = field(default_factory=dict)  # fields before the present one
    fields: list[FormField] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    all_keys: set[str] = field(default_factory=set)
    known_names: set[str] = field(default_factory=set)

    def form(self) -> Form:
        self._check_top()
        components = self._components()
        self.all_keys.update(component.item.key for component in components)
        for component in components:
            self._add(component)
        if self.findings:
            raise FormRefused(self.findings, form=str(self.raw.get("id") or self.name or "")[:64])
        return self._assemble()

    def _check_top(self) -> None:
        raw = self.raw
        for name in raw.keys() - _TOP - _EDITOR_NOTES:
            self.findings.append(finding("attribute_unknown", name=name[:64]))
        if raw.get("type") != "default":
            self.findings.append(finding("form_not_a_form", name="type"))
        version = raw.get("schemaVersion")
        if type(version) is not int or version not in SCHEMA_VERSIONS:
            self.findings.append(finding("form_not_a_form", name="schemaVersion"))
        key = raw.get("id")
        if not isinstance(key, str) or not NAME.fullmatch(key):
            self.findings.append(finding("form_id_wrong"))
        elif self.name is not None and key != self.name:
            self.findings.append(finding("form_id_not_file_name", name=self.name))

    def _components(self) -> list[Component]:
        """The readable components after the title."""
        listed = self.raw.get("components")
        if not isinstance(listed, list) or not listed:
            self.findings.append(finding("form_not_a_form", name="components"))
            return []
        if len(listed) > MAX_COMPONENTS:
            self.findings.append(finding("form_too_many_components", limit=MAX_COMPONENTS))
            return []
        components = [self._component(raw) for raw in listed]
        if not self._is_title(components[0]):
            self.findings.append(finding("form_title_missing"))
        return [component for component in components[1:] if component]

    def _component(self, raw: Any) -> Component | None:
        identity = raw.get("id") if isinstance(raw, dict) else None
        if not isinstance(identity, str) or not is_plain(identity, 100) or not identity or identity in self.ids:
            self.findings.append(finding("component_wrong", identity[:100] if isinstance(identity, str) else None))
            return None
        self.ids.add(identity)
        kind = kind_of(raw)
        if kind is None:
            name = str(raw.get("key") or identity)[:100]
            self.findings.append(finding("component_type_unknown", name, type=str(raw.get("type"))[:40]))
            return None
        component = Component(raw, kind)
        self.findings.extend(component.findings)
        component.findings = []
        return component

    @staticmethod
    def _is_title(component: Component | None) -> bool:
        text = component.item.text if component else ""
        return text.startswith("# ") and 0 < len(text[2:].strip()) <= MAX_TITLE

    def _add(self, component: Component) -> None:
        """Attach the conditions, which may use earlier fields and the case's data only."""
        item = component.item
        if item.key in self.earlier:
            component.report("key_duplicate", key=item.key)
        hide, hide_when = self._condition(component, component.source("conditional", "hide"))
        required_if, required_when = self._condition(component, component.source("properties", "requiredIf"))
        item = replace(item, show_when=negate(hide_when) if hide_when else None, required_when=required_when)
        self.items.append(item)
        if item.key:
            self.earlier[item.key] = item
            self.fields.append(FormField(item, hide, required_if))
        self.findings.extend(component.findings)

    def _condition(self, component: Component, source: str | None) -> tuple[Expression | None, Condition | None]:
        if source is None:
            return None, None
        try:
            condition = parse(source)
            expression = LANGUAGE.compile(source)
        except NotSupported:
            component.report("condition_not_supported")
            return None, None
        except ExpressionError as error:
            component.report("condition_wrong", zh=error.message("zh"), en=error.message("en"))
            return None, None
        for leaf in leaves(condition):
            self._check_leaf(component, leaf)
        return expression, condition

    def _check_leaf(self, component: Component, leaf: Condition) -> None:
        name = leaf["name"]
        field = self.earlier.get(name)
        if field is None:
            if name in self.all_keys:
                component.report("condition_later_field", name=name)
            self.known_names.add(name)
            return
        literal = leaf.get("is", leaf.get("is_not"))
        if literal is not None and not KINDS[field.kind].equals(field, literal):
            component.report("condition_value_wrong", name=name)

    def _assemble(self) -> Form:
        key = self.raw["id"]
        title = self.raw["components"][0]["text"].strip()[2:].strip()
        values = {f.key: make(f.item) for f in self.fields if (make := KINDS[f.item.kind].field)}
        return Form(
            key=key,
            title=title,
            fields=tuple(self.fields),
            layout=Layout(key, title, tuple(self.items)),
            schema=Schema.from_dict(dict(values), name=key)(),
            known_names=frozenset(self.known_names),
        )
