"""Changes of a form file as the table of fields makes them. Each takes a document and changes it in place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from forms.cells import cells_of
from forms.kinds import KINDS, Kind, kind_of
from forms.sheet import Document, is_title, sheet_of

Component = dict[str, Any]
Texts = Mapping[str, str]
"""Name of a cell -> its text as typed. A cell that is missing is left alone."""

_KEPT = ("id", "description", "readonly", "conditional", "layout", "defaultValue", "values")
"""What a component keeps when it becomes one of another kind, if that has it, too."""
_QUOTED = r"\"[^\"]*\"|'[^']*'"


def change(document: Document, typed: Mapping[str, Texts], title: str | None = None) -> None:
    """Write what was typed. `typed`: path of a row -> its cells, and "kind" for another kind.

    Only what differs from what the table had shown is written. Where a key changes, conditions of the form follow.
    """
    if title is not None and title.strip() != sheet_of(document).title:
        _retitle(document, title.strip())
    renamed: dict[str, str] = {}
    for path, texts in typed.items():
        component = _find(document, path)
        if component is not None:
            renamed |= _write(component, texts)
    for component in _every(document):
        _follow(component, renamed)
    for path, texts in typed.items():
        component, kind = _find(document, path), KINDS.get(texts.get("kind", ""))
        if component is not None and kind is not None and kind != kind_of(component):
            _convert(document, component, kind)


def add(document: Document, kind: str, label: str, table: str | None = None) -> None:
    """One more field at the end, or one more column at the end of a table."""
    siblings = document["components"] if table is None else _inner(_find(document, table))
    made: Component = {"id": _unused(document, "field")}
    if siblings is not None and kind in KINDS:
        _begin(document, made, KINDS[kind], made["id"], label)
        siblings.append(made)


def remove(document: Document, path: str) -> None:
    siblings, place = _siblings(document, path)
    if place < len(siblings):
        del siblings[place]


def move(document: Document, path: str, by: int) -> None:
    """Up (-1) or down (1); nothing changes places with the title, and nothing leaves its table."""
    siblings, place = _siblings(document, path)
    first = 1 if siblings is document["components"] and siblings and is_title(siblings[0]) else 0
    if place < len(siblings) and first <= place + by < len(siblings):
        siblings.insert(place + by, siblings.pop(place))


def duplicate(document: Document, path: str) -> None:
    """A copy right behind, with ids and keys of its own."""
    siblings, place = _siblings(document, path)
    if place >= len(siblings) or not isinstance(siblings[place], dict):
        return
    copy = deepcopy(siblings[place])
    siblings.insert(place + 1, copy)
    for component in (copy, *(one for one in _inner(copy) or () if isinstance(one, dict))):
        kind = kind_of(component)
        component["id"] = _unused(document, str(component.get("id") or "field"))
        if kind is not None and kind.field is not None:
            component[kind.key] = _unused(document, str(component.get(kind.key) or "field"))


def _retitle(document: Document, title: str) -> None:
    listed = document["components"]
    if listed and is_title(listed[0]):
        listed[0]["text"] = f"# {title}"
    else:
        listed.insert(0, {"type": "text", "id": _unused(document, "title"), "text": f"# {title}"})


def _write(component: Component, texts: Texts) -> dict[str, str]:
    """Old key -> new key, if that was changed."""
    kind = kind_of(component)
    before = component.get(kind.key) if kind else None
    for cell in cells_of(kind) if kind else ():
        shown, text = cell.text(component), texts.get(cell.name)
        if text is not None and shown is not None and text.replace("\r\n", "\n") != shown:
            cell.put(component, text.replace("\r\n", "\n"))
    after = component.get(kind.key) if kind else None
    return {before: after} if isinstance(before, str) and isinstance(after, str) and before != after else {}


def _follow(component: Component, renamed: Mapping[str, str]) -> None:
    """Conditions go on asking the same field under its new key; texts in quotation marks stay."""
    for part, name in (("conditional", "hide"), ("properties", "requiredIf")):
        inner = component.get(part)
        if not renamed or not isinstance(inner, dict) or not isinstance(inner.get(name), str):
            continue
        pattern = rf"{_QUOTED}|\b({'|'.join(map(re.escape, renamed))})\b"
        inner[name] = re.sub(pattern, lambda found: renamed.get(found[1], found[0]), inner[name])


def _convert(document: Document, component: Component, kind: Kind) -> None:
    """The same field as another kind: what that kind cannot have is gone."""
    old, before = kind_of(component), dict(component)
    key = str(before.get(old.key if old else "key") or "") or _unused(document, "field")
    label = str(before.get((old.label if old else "label") or "text") or "")
    component.clear()
    component.update(
        {name: before[name] for name in _KEPT if name == "id" or (name in before and name in kind.attributes)}
    )
    for part, allowed in (("validate", kind.rules), ("properties", kind.properties - {"kind"})):
        given = before.get(part)
        if left := {name: value for name, value in given.items() if name in allowed} if isinstance(given, dict) else {}:
            component[part] = left
    if "layout" in before:
        component["layout"] = before["layout"]
    _begin(document, component, kind, key, label)


def _begin(document: Document, component: Component, kind: Kind, key: str, label: str) -> None:
    """What every component of the kind has."""
    component["type"] = kind.type or kind.name
    if kind.field is None:
        component["text"] = label
        return
    component |= {kind.key: key, kind.label: label}
    if "kind" in kind.properties:
        component["properties"] = {**component.get("properties", {}), "kind": kind.name}
    if kind.choices and not component.get("values") and "options" not in component.get("properties", {}):
        component["values"] = [{"label": word, "value": word} for word in ("是", "否")]
    if "subtype" in kind.attributes:
        component["subtype"] = "datetime"
    if kind.name == "photo":
        component["multiple"] = True
    if kind.name == "rows":
        column: Component = {"id": _unused(document, f"{key}_column")}
        _begin(document, column, KINDS["textfield"], column["id"], label)
        component |= {"isRepeating": True, "allowAddRemove": True, "components": [column]}


def _find(document: Document, path: str) -> Component | None:
    siblings, place = _siblings(document, path)
    found = siblings[place] if place < len(siblings) else None
    return found if isinstance(found, dict) else None


def _siblings(document: Document, path: str) -> tuple[list[Any], int]:
    """The list that a row stands in, and where; of a path that leads nowhere an empty one."""
    outer, _, inner = path.partition(".")
    listed = document["components"]
    if not outer.isdecimal() or (inner and not inner.isdecimal()):
        return [], 0
    if not inner:
        return listed, int(outer)
    return (_inner(listed[int(outer)]) or [] if int(outer) < len(listed) else []), int(inner)


def _inner(component: Any) -> list[Any] | None:
    found = component.get("components") if isinstance(component, dict) else None
    return found if isinstance(found, list) else None


def _every(document: Document) -> Iterator[Component]:
    for component in document["components"]:
        for one in (component, *(_inner(component) or ())):
            if isinstance(one, dict):
                yield one


def _unused(document: Document, like: str) -> str:
    """An id or key that nothing in the form has: field_1, field_2 …"""
    taken = {str(one.get(name)) for one in _every(document) for name in ("id", "key", "path")}
    stem = re.sub(r"_[0-9]+$", "", like)[:50]
    number = 1
    while f"{stem}_{number}" in taken:
        number += 1
    return f"{stem}_{number}"
