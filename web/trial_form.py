"""The open form of a trial, drawn by the renderer of real forms. Samples stand for photos and files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection

from accounts.house import house
from engine.authorization import Actor
from engine.errors import Invalid
from forms.kinds import KINDS
from forms.layout import Item, Layout
from maintenance.choices import CaseChoices, CaseUploads
from maintenance.trial.answer import Answer
from maintenance.trial.cast import Sample, samples
from maintenance.trial.script import Script
from maintenance.trial.trials import Scene
from web.fields import Drawing, defaults, drawn, form_errors
from web.i18n import language
from web.shown_form import hidden, layout_of
from web.trial_acts import OPEN, STORY, Chosen
from web.words import _

FORM_ID = "trial"
"""Buttons and fields that stand elsewhere on the page belong to this form."""
MOST_SAMPLES = 3  # that are offered, unless a form asks for more


@dataclass(frozen=True)
class Opened:
    """The step whose form is open, with what is known of it."""

    chosen: Chosen
    title: str
    form_key: str | None
    wording: str | None
    by: tuple[str, ...]  # roles that may do it
    known: Mapping[str, Any]


@dataclass(frozen=True)
class Typed:
    """What was just sent: kept when it was refused, and when only the time goes on."""

    values: Mapping[str, Any] | None = None
    by: str = ""
    invalid: Invalid | None = None
    errors: tuple[str, ...] = ()


def opened(answer: Answer, wanted: Chosen | None) -> Opened | None:
    """The wanted step if it can still be done, else the first that can."""
    steps = [
        Opened(Chosen("beside" if one.beside else "start", one.key), one.name, one.form_key, one.wording, one.by, {})
        for one in answer.startable
    ]
    tasks: dict[str, Opened] = {}
    for task in answer.tasks:  # several at one element are one step: who does it says which is meant
        others = tasks[task.element_id].by if task.element_id in tasks else ()
        by = tuple(dict.fromkeys((*others, *task.by)))
        chosen, form = Chosen("task", task.element_id), (task.form_key, task.wording)
        tasks[task.element_id] = Opened(chosen, task.name, *form, by, task.known)
    offered = [*tasks.values(), *(step for step in steps if step.chosen.kind == "start")]
    found = next((one for one in (*offered, *steps) if one.chosen == wanted), None)
    return found or next(iter(offered), None)


def player(scene: Scene, step: Opened, wanted: str) -> Actor | None:
    """Who does it: the wanted person of the cast, else the first who may; None: nobody may."""
    role = wanted if wanted in step.by else next(iter(step.by), None)
    return scene.people[role] if role is not None else None


def bare(script: Script) -> dict[str, str]:
    """The hidden fields of the form when no step is open."""
    return {STORY: orjson.dumps(script.story()).decode()}


def step_form(connection: Connection, scene: Scene, script: Script, step: Opened, typed: Typed) -> dict[str, Any]:
    """As `staff_form` draws it, without its address."""
    form = house().forms.find(connection, step.form_key, step.wording) if step.form_key else None
    layout, actor = layout_of(form), player(scene, step, typed.by)
    offered = {item.key: _samples(item, actor) for item in layout.items if actor and KINDS[item.kind].upload}
    ticked = {key: [one.id for one in found[: _needed(layout, key)]] for key, found in offered.items()}
    values = typed.values if typed.values is not None else {**_beginning(scene), **defaults(layout), **ticked}
    drawing = Drawing(
        CaseChoices(connection, actor or scene.people["reporter"], scene.world.client_id, scene.case_id, language()),
        step.known,
        CaseUploads(connection, actor, scene.case_id) if actor else None,
        typed.invalid,
    )
    fields = [_sampled(field, offered, values) for field in drawn(layout, values, drawing)]
    return {
        "id": FORM_ID,
        "fields": fields,
        "hidden": {**bare(script), OPEN: step.chosen.text, **hidden(form)},
        "known": {name: step.known.get(name) for name in sorted(form.known_names if form else ())},
        "errors": [*typed.errors, *form_errors(layout, typed.invalid)],
        "submit_label": _("Submit") if step.chosen.kind == "task" else _("Start"),
    }


def _beginning(scene: Scene) -> dict[str, Any]:
    """A form that asks when it happened is told the trial's own time."""
    return {"occurred_at": scene.clock.now().isoformat(timespec="minutes")}


def _samples(item: Item, actor: Actor) -> list[Sample]:
    """Of the kind that the field takes, as many as it may hold."""
    found = [one for one in samples(item.kind, actor) if not item.accept or one.name.endswith(tuple(item.accept))]
    return found[: max(item.min_count or 0, min(item.max_count or MOST_SAMPLES, MOST_SAMPLES))]


def _needed(layout: Layout, key: str) -> int:
    """How many are ticked at the beginning."""
    item = next(item for item in layout.items if item.key == key)
    return max(item.min_count or 0, 1)


def _sample_words(one: Sample, number: int) -> str:
    """What the reader ticks: a file is told by its kind."""
    if one.kind == "file":
        return _("Trial file") + one.name[one.name.rindex(".") :]
    if one.kind == "signature":
        return _("Trial signature")
    return _("Trial photo %(number)s", number=number)


def _sampled(field: dict[str, Any], offered: Mapping[str, list[Sample]], values: Mapping[str, Any]) -> dict[str, Any]:
    """An upload is ticked instead of sent: nothing of a trial is kept anywhere."""
    if field["key"] not in offered:
        return field
    held = values.get(field["key"]) or []
    options = [(one.id, _sample_words(one, number)) for number, one in enumerate(offered[field["key"]], 1)]
    return field | {"kind": "checklist", "options": options, "value": held if isinstance(held, list) else [held]}
