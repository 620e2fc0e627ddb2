"""Forms whose only duty is to name a person: handing one in gives the work to somebody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from engine.authorization import Actor
from engine.queries.task_list import open_forms
from forms.layout import Item, Layout
from web.shown_form import form_of_step, layout_of

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


@dataclass(frozen=True)
class Desk:
    """What one person may give away."""

    tasks: Mapping[str, Assigning]  # task id -> its form, in the wording of its process version
    kinds: Mapping[str, Assigning]  # form key -> the form as most of the crew knows it: of the step that is due first


def desk(connection: Connection, actor: Actor) -> Desk:
    """Of the steps that wait for the actor or may be claimed; read in one statement, and one for each new wording."""
    known: dict[tuple[str, int], Assigning | None] = {}
    tasks: dict[str, Assigning] = {}
    for step in open_forms(connection, actor):
        version = (step.form_key, step.definition_id)
        if version not in known:
            known[version] = assigning(layout_of(form_of_step(connection, *version)))
        if (form := known[version]) is not None:
            tasks[step.task_id] = form
    kinds: dict[str, Assigning] = {}
    for form in tasks.values():
        kinds.setdefault(form.key, form)
    return Desk(tasks, kinds)
