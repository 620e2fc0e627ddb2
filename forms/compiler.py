"""Compiles a form file, a strict subset of form-js's JSON schema, to a Form; refuses with all findings at once."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from engine.definition.findings import Finding
from engine.expressions.errors import ExpressionError
from forms.attributes import is_plain
from forms.components import NAME, Component
from forms.conditions import LANGUAGE, NotSupported, leaves, literals, negate, parse
from forms.document import read_document
from forms.findings import FormRefused, finding
from forms.form import Form
from forms.kinds import KINDS, MAX_COLUMNS, kind_of, schema_of
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
    taken: set[str] = field(default_factory=set)  # keys of the columns of tables before the present field
    items: list[Item] = field(default_factory=list)
    all_keys: set[str] = field(default_factory=set)
    known_names: set[str] = field(default_factory=set)

    def form(self) -> Form:
        self._check_top()
        components = self._components()
        columns = [self._columns(component) for component in components]
        self.all_keys.update(one.item.key for one in (*components, *(c for row in columns for c in row)))
        for component, inner in zip(components, columns, strict=True):
            self._add(component, inner)
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

    def _columns(self, component: Component) -> list[Component]:
        """The components in a row of a table; nothing of any other component."""
        listed = component.raw.get("components") if component.kind.name == "rows" else []
        if component.kind.name == "rows" and (not isinstance(listed, list) or not 1 <= len(listed) <= MAX_COLUMNS):
            self.findings.append(finding("columns_wrong", component.name, limit=MAX_COLUMNS))
            return []
        columns = [found for raw in listed or () if (found := self._component(raw))]
        for column in columns:
            if not column.kind.column:
                self.findings.append(finding("column_not_supported", column.name, type=column.kind.name))
        return [column for column in columns if column.kind.column]

    def _add(self, component: Component, columns: list[Component]) -> None:
        """Attach the conditions, which may use earlier fields and the case's data only."""
        item = self._with_conditions(component)
        if columns:
            # A column sees the columns before it in its row and the fields above the table; nobody else sees columns.
            outside, self.earlier = self.earlier, dict(self.earlier)
            item = replace(item, columns=tuple(self._remember(self._with_conditions(one)) for one in columns))
            self.earlier = outside
            self.taken |= {column.key for column in item.columns}
        self.items.append(self._remember(item))

    def _remember(self, item: Item) -> Item:
        if item.key:
            self.earlier[item.key] = item
        return item

    def _with_conditions(self, component: Component) -> Item:
        item = component.item
        if item.key and item.key in self.earlier.keys() | self.taken:
            component.report("key_duplicate", key=item.key)
        hide = self._condition(component, component.source("conditional", "hide"))
        required = self._condition(component, component.source("properties", "requiredIf"))
        self.findings.extend(component.findings)
        return replace(item, show_when=negate(hide) if hide else None, required_when=required)

    def _condition(self, component: Component, source: str | None) -> Condition | None:
        if source is None:
            return None
        try:
            condition = parse(source)
            LANGUAGE.compile(source)
        except NotSupported:
            component.report("condition_not_supported")
            return None
        except ExpressionError as error:
            component.report("condition_wrong", zh=error.message("zh"), en=error.message("en"))
            return None
        for leaf in leaves(condition):
            self._check_leaf(component, leaf)
        return condition

    def _check_leaf(self, component: Component, leaf: Condition) -> None:
        name = leaf["name"]
        field = self.earlier.get(name)
        if field is None:
            if name in self.all_keys:
                component.report("condition_later_field", name=name)
            self.known_names.add(name)
            return
        kind = KINDS[field.kind]
        possible = kind.holds if "has" in leaf else kind.equals
        if any(literal is not None and not possible(field, literal) for literal in literals(leaf)):
            component.report("condition_value_wrong", name=name)

    def _assemble(self) -> Form:
        key = self.raw["id"]
        title = self.raw["components"][0]["text"].strip()[2:].strip()
        return Form(
            key=key,
            title=title,
            fields=tuple(item for item in self.items if item.key),
            layout=Layout(key, title, tuple(self.items)),
            schema=schema_of((item for item in self.items if item.key), key),
            known_names=frozenset(self.known_names),
        )
