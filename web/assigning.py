"""Forms whose only duty is to name a person: handing one in gives the work to somebody."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from forms.layout import Item, Layout

PEOPLE = "people:"


@dataclass(frozen=True)
class Assigning:
    """Such a form."""

    key: str
    title: str
    group: str  # whose people may be named
    person: str  # the field that names one
    note: str | None  # the field for words to this person
    note_length: int | None  # characters

    def answers(self, person: str, note: str) -> dict[str, str]:
        """What the form is handed in with."""
        return {self.person: person} | ({self.note: note} if self.note and note else {})


def assigning(layout: Layout) -> Assigning | None:
    """None: the form asks for more than a person."""
    asked = [item for item in layout.items if item.required or item.required_when]
    if len(asked) != 1 or asked[0].kind != "select" or not (asked[0].options or "").startswith(PEOPLE):
        return None
    note = next((item for item in layout.items if item.kind == "textarea"), Item("", ""))
    group = str(asked[0].options).removeprefix(PEOPLE)
    return Assigning(layout.key, layout.title, group, asked[0].key, note.key or None, note.max_length)


def all_assigning(layouts: Iterable[Layout]) -> list[Assigning]:
    """Those of the layouts that are such forms, in their order."""
    return [one for layout in layouts if (one := assigning(layout))]
