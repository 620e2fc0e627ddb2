"""Reads the components of a form file into layout items; whatever lies outside the subset becomes a finding."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from marshmallow import ValidationError

from engine.definition.findings import Finding
from forms.attributes import MAX_STATIC_TEXT, RIGHT, TEXTS, count, is_choice, is_plain, is_template
from forms.conditions import is_variable
from forms.findings import finding
from forms.kinds import MAX_CHOICES, ROWS, Kind
from forms.layout import Choice, Item
from forms.options import SOURCE

NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
PICTURES = "image/*"
"""What a photo field accepts; it need not be written."""
UPLOADS = 10  # photos or files in a field with "multiple" that names no number

_COMMON = frozenset({"type", "id", "layout"})
_ENDINGS = re.compile(r"\.[a-z0-9]{1,10}(\s*,\s*\.[a-z0-9]{1,10}){0,19}")


@dataclass
class Component:
    """One component while it is read: its JSON, its findings and, at the end, its layout item without conditions."""

    raw: Mapping[str, Any]
    kind: Kind
    findings: list[Finding] = field(default_factory=list)
    item: Item = field(init=False)

    def __post_init__(self) -> None:
        self._check_names("", self.raw, _COMMON | self.kind.attributes)
        self._check_names("validate.", self.part("validate"), self.kind.rules)
        self._check_names("properties.", self.part("properties"), self.kind.properties)
        self._check_names("conditional.", self.part("conditional"), frozenset({"hide"}))
        self.item = self._read()

    @property
    def name(self) -> str:
        """What findings call it: its key, or its id."""
        return str(self.raw.get(self.kind.key) or self.raw.get("id") or "")

    def report(self, code: str, **params: Any) -> None:
        label = self.raw.get(self.kind.label or "id")
        self.findings.append(finding(code, self.name, label if isinstance(label, str) else None, **params))

    def part(self, name: str) -> Mapping[str, Any]:
        value = self.raw.get(name)
        return value if isinstance(value, dict) and name in self.kind.attributes else {}

    def source(self, part: str, name: str) -> str | None:
        """An expression's text, if there is one."""
        value = self.part(part).get(name)
        return value if isinstance(value, str) else None

    def _check_names(self, prefix: str, part: Mapping[str, Any], allowed: frozenset[str]) -> None:
        for name, value in part.items():
            if name not in allowed:
                self.report("attribute_unknown", name=prefix + name[:64])
            elif name in TEXTS and not prefix:
                self._check_text(name, value)
            elif name in RIGHT and not RIGHT[name](value):
                self.report("attribute_wrong", name=prefix + name)

    def _check_text(self, name: str, value: Any) -> None:
        if not is_plain(value, TEXTS[name]):
            self.report("attribute_wrong", name=name)
        elif is_template(value):
            self.report("template_text", name=name)

    def _read(self) -> Item:
        if self.kind.field is None:
            return self._static()
        self._check_key()
        rules, (least, most) = self.part("validate"), self._counts()
        item = Item(
            kind=self.kind.name,
            id=str(self.raw.get("id")),
            key=str(self.raw.get(self.kind.key)),
            label=self._label(),
            help=self._text("description"),
            required=rules.get("required") is True or (self.kind.name == "rows" and bool(least)),
            choices=self._choices(),
            options=self._options(),
            min_length=self._right(rules, "minLength"),
            max_length=self._max_length(rules),
            minimum=self._right(rules, "min"),
            maximum=self._right(rules, "max"),
            decimals=self._right(self.raw, "decimalDigits"),
            min_count=least,
            max_count=most,
            accept=self._accept(),
            read_only=self.raw.get("readonly") is True,
        )
        self._check_consistent(item)
        return self._with_default(item)

    def _static(self) -> Item:
        if "text" not in self.raw:
            self.report("attribute_wrong", name="text")
        return Item(kind=self.kind.name, id=str(self.raw.get("id")), text=self._text("text"))

    def _check_key(self) -> None:
        key = self.raw.get(self.kind.key)
        if not isinstance(key, str) or not NAME.fullmatch(key) or not is_variable(key):
            self.report("key_wrong")

    def _text(self, name: str) -> str:
        value = self.raw.get(name)
        return value.strip() if isinstance(value, str) else ""

    def _label(self) -> str:
        label = self._text(self.kind.label)
        if not label:
            self.report("label_missing")
        return label

    @staticmethod
    def _right(part: Mapping[str, Any], name: str) -> Any:
        """The value if it is right; a wrong one has been reported."""
        return part[name] if name in part and RIGHT[name](part[name]) else None

    def _max_length(self, rules: Mapping[str, Any]) -> int | None:
        most = self.kind.max_length
        if most is None:
            return None
        asked = self._right(rules, "maxLength")
        if asked is not None and asked > most:
            self.report("attribute_wrong", name="validate.maxLength")
        return min(asked or most, most)

    def _counts(self) -> tuple[int | None, int | None]:
        """The least and the most things in a list; (None, None) of a field that holds one value."""
        most = self.kind.max_count
        if most is None:
            return None, None
        properties = self.part("properties")
        if self.kind.upload and self.raw.get("multiple") is not True:
            most = 1
        usual = {"rows": ROWS, "checklist": most}.get(self.kind.name, min(most, UPLOADS))
        asked = count(self._right(properties, "maxCount"))
        least, upper = count(self._right(properties, "minCount")), min(asked or usual, most)
        if (asked or 0) > most or (least or 0) > upper:
            self.report("count_wrong", limit=most)
        return least, upper

    def _accept(self) -> tuple[str, ...]:
        text = self._right(self.raw, "accept")
        if text is None or "accept" not in self.kind.attributes:
            return ()
        if self.kind.name == "photo":
            if text != PICTURES:
                self.report("accept_wrong")
            return ()
        if not _ENDINGS.fullmatch(text):
            self.report("accept_wrong")
            return ()
        return tuple(ending.strip() for ending in text.split(","))

    def _choices(self) -> tuple[Choice, ...]:
        """The static choices; none where they come from properties.options."""
        values = self.raw.get("values")
        if not self.kind.choices or (not values and "options" in self.part("properties")):
            return ()
        if not isinstance(values, list) or not 1 <= len(values) <= MAX_CHOICES or not all(map(is_choice, values)):
            self.report("choices_wrong")
            return ()
        if any(is_template(value["label"]) for value in values):
            self.report("template_text", name="values")
        choices = tuple(Choice(value["value"], value["label"].strip()) for value in values)
        if len({c.value for c in choices}) < len(choices) or len({c.label for c in choices}) < len(choices):
            self.report("choices_wrong")
        return choices

    def _options(self) -> str | None:
        source = self.part("properties").get("options")
        if "options" not in self.kind.properties or not isinstance(source, str):
            return None
        if self.raw.get("values"):
            self.report("choices_wrong")
        if not SOURCE.fullmatch(source):
            self.report("options_unknown", source=source[:80])
        return source

    def _check_consistent(self, item: Item) -> None:
        if (item.min_length or 0) > (item.max_length or MAX_STATIC_TEXT * 2):
            self.report("attribute_wrong", name="validate.minLength")
        if item.minimum is not None and item.maximum is not None and item.minimum > item.maximum:
            self.report("attribute_wrong", name="validate.min")
        if "subtype" in self.kind.attributes and "subtype" not in self.raw:
            self.report("attribute_wrong", name="subtype")
        conditional = "requiredIf" in self.part("properties")
        if item.required and conditional:
            self.report("required_twice")
        if item.read_only and (item.required or conditional):
            self.report("read_only_required")

    def _with_default(self, item: Item) -> Item:
        if "defaultValue" not in self.raw or "defaultValue" not in self.kind.attributes or self.kind.field is None:
            return item
        try:
            default = self.kind.field(item).deserialize(self.raw["defaultValue"])
        except ValidationError:
            self.report("attribute_wrong", name="defaultValue")
            return item
        return replace(item, default=default)
