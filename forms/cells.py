"""What the table of fields shows of a component and lets people change: one text a cell, at its place in the JSON."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from forms.kinds import Kind

Read = Callable[[str], Any]
"""Text as typed -> JSON value, None for no value. What it cannot read stays text: the check says what is wrong."""
Show = Callable[[Any], str]

_WHOLE = re.compile(r"-?[0-9]{1,12}")
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,9})?")


@dataclass(frozen=True)
class Cell:
    """One thing of a component that can be changed in the table."""

    name: str
    place: tuple[str, ...]  # names within names
    read: Read
    show: Show
    flag: bool = False  # ticked or not: "true" or ""

    def fits(self, kind: Kind) -> bool:
        """Whether components of the kind have it."""
        if self.name == "accept":
            return kind.name == "file"
        if self.place[0] == "validate":
            return self.place[1] in kind.rules
        if self.place[0] == "properties":
            return self.place[1] in kind.properties
        return self.place[0] in kind.attributes

    def value(self, component: Mapping[str, Any]) -> Any:
        found: Any = component
        for name in self.place:
            found = found.get(name) if isinstance(found, Mapping) else None
        return found

    def text(self, component: Mapping[str, Any]) -> str | None:
        """What stands in the cell; None: the table cannot say it, and so must not change it."""
        value = self.value(component)
        try:
            shown = "" if value is None else self.show(value)
        except (TypeError, ValueError, KeyError):
            return None
        return shown if self.read(shown) == value else None

    def put(self, component: dict[str, Any], text: str) -> None:
        """Write what was typed; an empty place goes, and so does an object that has become empty."""
        value, inner = self.read(text), component
        if len(self.place) == 2:
            given = component.get(self.place[0])
            inner = dict(given) if isinstance(given, dict) else {}
        if value is None:
            inner.pop(self.place[-1], None)
        else:
            inner[self.place[-1]] = value
        if len(self.place) == 2:
            component[self.place[0]] = inner
            if not inner:
                del component[self.place[0]]


def expression(text: str) -> str | None:
    """A condition as it is stored, whether it was typed with `${…}` or without."""
    bare = text.strip()
    return (bare if bare.startswith("${") else f"${{{bare}}}") if bare else None


def _bare(value: Any) -> str:
    if not isinstance(value, str) or not (value.startswith("${") and value.endswith("}")):
        raise ValueError(value)
    return value[2:-1]


def _words(text: str) -> str | None:
    return text or None


def _plain(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _flag(text: str) -> bool | None:
    return True if text else None


def _ticked(value: Any) -> str:
    if not isinstance(value, bool):
        raise TypeError(value)
    return "true" if value else ""


def _whole(text: str) -> int | str | None:
    bare = text.strip()
    return int(bare) if _WHOLE.fullmatch(bare) else bare or None


def _number(text: str) -> int | float | str | None:
    bare = text.strip()
    if not _NUMBER.fullmatch(bare):
        return bare or None
    return float(bare) if "." in bare else int(bare)


def _figure(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise TypeError(value)
    return str(value)


def _default(text: str) -> Any:
    """A number, true or false where it reads like one: which kind may hold what is for the check to say."""
    return {"true": True, "false": False}.get(text.strip(), _number(text))


def _shown_default(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else _figure(value)


def _choices(text: str) -> list[dict[str, str]] | None:
    """A line each: “label = value”, or the label alone where it is also the value."""
    found = []
    for line in filter(None, map(str.strip, text.splitlines())):
        label, sign, value = (part.strip() for part in line.rpartition("="))
        found.append({"label": label, "value": value} if sign else {"label": value, "value": value})
    return found or None


def _lines(value: Any) -> str:
    pairs = [(choice["label"], choice["value"]) for choice in value]
    return "\n".join(label if label == choice else f"{label} = {choice}" for label, choice in pairs)


CELLS = (
    Cell("text", ("text",), _words, _plain),
    Cell("required", ("validate", "required"), _flag, _ticked, flag=True),
    Cell("read_only", ("readonly",), _flag, _ticked, flag=True),
    Cell("multiple", ("multiple",), _flag, _ticked, flag=True),
    Cell("help", ("description",), _words, _plain),
    Cell("choices", ("values",), _choices, _lines),
    Cell("options", ("properties", "options"), _words, _plain),
    Cell("required_when", ("properties", "requiredIf"), expression, _bare),
    Cell("hide", ("conditional", "hide"), expression, _bare),
    Cell("default", ("defaultValue",), _default, _shown_default),
    Cell("min_length", ("validate", "minLength"), _whole, _figure),
    Cell("max_length", ("validate", "maxLength"), _whole, _figure),
    Cell("min", ("validate", "min"), _number, _figure),
    Cell("max", ("validate", "max"), _number, _figure),
    Cell("decimals", ("decimalDigits",), _whole, _figure),
    Cell("min_count", ("properties", "minCount"), _whole, _figure),
    Cell("max_count", ("properties", "maxCount"), _whole, _figure),
    Cell("accept", ("accept",), _words, _plain),
)


def cells_of(kind: Kind) -> tuple[Cell, ...]:
    """What components of the kind have: key and label first."""
    named = (Cell("label", (kind.label,), _words, _plain), Cell("key", (kind.key,), _words, _plain))
    return (*(named if kind.field else ()), *(cell for cell in CELLS if cell.fits(kind)))
