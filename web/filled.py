"""A form as somebody filled it in: the labels of its layout beside what was answered, in words."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from engine.queries.history import HistoryItem
from forms.compound_values import is_upload
from forms.findings import UnknownForm
from forms.layout import Item, Layout
from forms.library import FormLibrary
from forms.options import Options
from maintenance.queries.names import people_names, point_names
from web.attachments import picture
from web.words import _


@dataclass(frozen=True)
class FilledForm:
    """One submission, taken from history."""

    form_key: str | None
    step: str  # name of the step; "" for the start form
    task_id: str | None
    element_id: str | None
    who: str  # display name
    username: str
    at: datetime
    data: Mapping[str, Any]
    beside: int | None = None  # the instance that it belongs to, of one that runs beside the ticket
    wording: str | None = None  # SHA-256 of the published form that was filled in; None: the installation's own
    layout: Layout | None = None  # as it was shown; None: no form, or nobody knows it any more


@dataclass(frozen=True)
class Names:
    """What keys in forms stand for."""

    people: Mapping[str, str] = field(default_factory=dict)
    points: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)  # id of an upload -> the file's name


@dataclass(frozen=True)
class Pictures:
    """Uploads as a page shows them: photos and signatures small, files by name; each links to the whole thing."""

    kind: str  # "photo", "file" or "signature"
    pictures: list[dict[str, str]]  # {url, thumbnail, name}


@dataclass(frozen=True)
class Table:
    """The rows of a table, cell by cell in words."""

    head: list[str]
    rows: list[list[Any]]


def filled_forms(items: Collection[HistoryItem], start_form: str | None) -> list[FilledForm]:
    """Every submission of a case and of what runs beside it, oldest first."""
    found, beside = list[FilledForm](), set[int]()
    for item in items:
        for fact in item.facts:
            who = (item.actor_name, item.actor, item.at, fact.get("data") or {})
            number, wording = fact.get("instance"), fact.get("wording")
            if fact["type"] == "instance_started" and number is None:
                found.append(FilledForm(start_form, "", None, None, *who, wording=wording))
            elif fact["type"] == "instance_started":
                beside.add(fact["instance"])
                found.append(FilledForm(fact.get("form"), fact.get("name") or "", None, None, *who, number, wording))
            elif fact["type"] == "task_completed":
                step = fact.get("name") or fact["element"]
                own = number if number in beside else None
                found.append(FilledForm(fact.get("form"), step, fact["task"], fact["element"], *who, own, wording))
    return found


def with_layouts(connection: Connection, library: FormLibrary, forms: Collection[FilledForm]) -> list[FilledForm]:
    """Each with the labels and choices that were filled in, whatever the form looks like now."""
    return [replace(form, layout=_layout(connection, library, form)) for form in forms]


def _layout(connection: Connection, library: FormLibrary, form: FilledForm) -> Layout | None:
    try:
        return library.find(connection, form.form_key, form.wording).layout if form.form_key else None
    except UnknownForm:
        return None


def merged(forms: Collection[FilledForm]) -> dict[str, Any]:
    """What the case knows from its forms: the last answer to each question."""
    known: dict[str, Any] = {}
    for form in forms:
        known.update(form.data)
    return known


def names_in(connection: Connection, forms: Collection[FilledForm], organisation_id: int | None) -> Names:
    """The names of all people and points that the forms mention, in two statements."""
    people, points = set[str](), set[str]()
    for form in forms:
        for item, value in _pairs(_items(form), form.data):
            if isinstance(value, str) and (item.options or "").startswith("people:"):
                people.add(value)
            elif isinstance(value, str) and item.options == "points":
                points.add(value)
    found = point_names(connection, organisation_id, points) if organisation_id is not None and points else {}
    return Names(people_names(connection, people) if people else {}, found)


def file_names(items: Collection[HistoryItem]) -> dict[str, str]:
    """Id -> name of every file that was attached to the case."""
    facts = (fact for item in items for fact in item.facts)
    return {fact["attachment"]: fact["file"] for fact in facts if fact["type"] == "attached"}


def answers(form: FilledForm, names: Names) -> list[dict[str, Any]]:
    """Pairs {label, value} of one submission; a field that was hidden is left out."""
    items = _items(form)
    if not items:
        return [{"label": key, "value": _plain(value)} for key, value in form.data.items()]
    return [
        {"label": item.label, "value": in_words(item, form.data.get(item.key), names)}
        for item in items
        if item.key in form.data or item.show_when is None
    ]


def in_words(item: Item, value: Any, names: Names) -> Any:
    """A stored or typed value as people read it; a time stays a time, for the template to write."""
    if value is None or value in ("", [], {}):
        return None
    if item.kind in _COMPOUND:
        return _COMPOUND[item.kind](item, value, names)
    if item.kind == "checkbox":
        return _("Yes") if value is True else _("No")
    if item.kind == "datetime":
        return _time(value)
    for choice in item.choices:
        if choice.value == value:
            return choice.label
    if (item.options or "").startswith("people:"):
        return names.people.get(value, value)
    if item.options == "points":
        return f"{value} {names.points.get(value, '')}".strip()
    return _plain(value)


def title_of(form: FilledForm) -> str:
    """The step's name, or the start form's title."""
    if form.step:
        return form.step
    return form.layout.title if form.layout else _("Report")


def offered_names(layout: Layout, options: Options) -> Names:
    """The people whom the form offers its reader: what was sent must not ask for the name of anybody else."""
    sources = [item.options for item in layout.items if (item.options or "").startswith("people:")]
    return Names({choice.value: choice.label for source in sources if source for choice in options.choices(source, {})})


def typed(layout: Layout, values: Mapping[str, Any], names: Names) -> list[dict[str, Any]]:
    """What somebody had typed into a form that can no longer be handed in.

    Fields that the form does not have stand under their key.
    """
    items = {item.key: item for item in layout.items if item.key}
    return [
        {
            "label": items[key].label if key in items else key,
            "value": in_words(items[key], value, names) if key in items else value,
        }
        for key, value in values.items()
        if value is not False and value != ""
    ]


def _pairs(items: Collection[Item], data: Mapping[str, Any]) -> Iterator[tuple[Item, Any]]:
    """Each field with its value, those in the rows of tables included."""
    for item in items:
        value = data.get(item.key)
        yield item, value
        for row in value if item.columns and isinstance(value, list) else ():
            if isinstance(row, dict):
                yield from _pairs(item.columns, row)


def _ticked(item: Item, value: Any, names: Names) -> Any:
    labels = {choice.value: choice.label for choice in item.choices}
    return _(", ").join(labels.get(one, str(one)) for one in value) if isinstance(value, list) else _plain(value)


def _pictures(item: Item, value: Any, names: Names) -> Any:
    ids = [one for one in (value if isinstance(value, list) else [value]) if is_upload(one)]
    named = [picture(one) | {"name": names.files.get(one) or _("File")} for one in ids]
    return Pictures(item.kind, named) if ids else _plain(value)


def _place(item: Item, value: Any, names: Names) -> Any:
    if not isinstance(value, dict):
        return _plain(value)
    place = _("%(latitude)s, %(longitude)s", latitude=value.get("latitude"), longitude=value.get("longitude"))
    return _("%(place)s (± %(metres)s m)", place=place, metres=value["accuracy"]) if "accuracy" in value else place


def _table(item: Item, value: Any, names: Names) -> Any:
    rows = [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []
    cells = [[in_words(column, row.get(column.key), names) for column in item.columns] for row in rows]
    return Table([column.label for column in item.columns], cells)


_COMPOUND: dict[str, Callable[[Item, Any, Names], Any]] = {
    "checklist": _ticked,
    "photo": _pictures,
    "file": _pictures,
    "signature": _pictures,
    "location": _place,
    "rows": _table,
}


def _items(form: FilledForm) -> list[Item]:
    return [item for item in form.layout.items if item.key] if form.layout else []


def _time(value: Any) -> Any:
    try:
        found = datetime.fromisoformat(value)
        return found.astimezone(UTC) if found.tzinfo else value.replace("T", " ")
    except (TypeError, ValueError, OverflowError):
        return _plain(value)


def _plain(value: Any) -> Any:
    if value is True or value is False:
        return _("Yes") if value else _("No")
    return value if value is None else str(value)
