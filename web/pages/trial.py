"""试跑: a process in memory. Each button sends the story so far and gets the page of where it leads."""

from __future__ import annotations

import hashlib
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, Response, flash, g, request, url_for

from accounts.house import house
from accounts.people import current_actor
from accounts.policies import requires
from engine.definition.findings import DesignRefused
from engine.errors import Invalid, SignalboxError
from engine.json_text import MalformedJson
from engine.published_forms import FORM
from forms.compiler import compile_form
from forms.layout import Layout
from maintenance.commands.delete_story import delete_story
from maintenance.commands.save_story import EDIT, TooManyStories, save_story
from maintenance.queries.story_list import StoryItem, story_detail, story_list
from maintenance.queries.trial_subject import TrialSubject, design_subject, published_subject
from maintenance.trial.answer import answer
from maintenance.trial.outcomes import Outcome, play_stories
from maintenance.trial.script import Script, StoryTooLong, local
from maintenance.trial.trials import Scene
from web.fields import words_of
from web.frame import page
from web.i18n import language
from web.reading import now, reading
from web.shown_form import named
from web.trial_acts import Asked, Chosen, asked, changed, expected, refusal_words
from web.trial_form import Typed
from web.trial_view import finding_lines, refused_words, seen_now, story_rows, trial_view
from web.words import _

blueprint = Blueprint("trial", __name__, url_prefix="/processes")

FIND = {"design": design_subject, "definition": published_subject}
DESIGN = "/designs/<int(max=9223372036854775807):subject_id>/trial"
DEFINITION = "/definitions/<int(max=9223372036854775807):subject_id>/trial"
"""Larger numbers fit no database."""
MAX_DIGITS = 19


@dataclass(frozen=True)
class Place:
    """What is on trial, and where its page is."""

    kind: str  # a key of FIND
    id: int
    subject: TrialSubject

    @property
    def url(self) -> str:
        return url_for(f"trial.{self.kind}", subject_id=self.id)

    @property
    def back_url(self) -> str:
        """Where it is drawn, or shown as it was published."""
        if self.kind == "design":
            return url_for("modeler.show", design_id=self.id)
        return url_for("processes.show", key=self.subject.key, version=self.subject.version)

    @property
    def diagram(self) -> str:
        """Where its bytes are, for the viewer."""
        return f"/api/v1/{self.kind}s/{self.id}/content"


@dataclass(frozen=True)
class Told:
    """What a page says beside the trial itself."""

    status: int = 200
    errors: tuple[str, ...] = ()  # that belong to no field
    outcomes: tuple[Outcome, ...] = ()  # of the saved stories
    name: str = ""  # of the story to keep, as typed
    name_errors: tuple[str, ...] = ()


@blueprint.get(DESIGN)
@requires(EDIT)
def design(subject_id: int) -> Response:
    return _fresh(_place("design", subject_id))


@blueprint.get(DEFINITION)
@requires(EDIT)
def definition(subject_id: int) -> Response:
    return _fresh(_place("definition", subject_id))


@blueprint.post(DESIGN)
@requires(EDIT)
def act_on_design(subject_id: int) -> Response:
    return _act(_place("design", subject_id))


@blueprint.post(DEFINITION)
@requires(EDIT)
def act_on_definition(subject_id: int) -> Response:
    return _act(_place("definition", subject_id))


def _place(kind: str, subject_id: int) -> Place:
    with reading() as connection:
        return Place(kind, subject_id, FIND[kind](connection, current_actor(), subject_id))


def _fresh(place: Place, told: Told = Told()) -> Response:
    return _page(place, Script(local(now().replace(second=0, microsecond=0)), None), None, told)


def _act(place: Place) -> Response:
    try:
        sent = asked(lambda name: _layout(place.subject, name))
    except (Invalid, StoryTooLong, MalformedJson) as error:
        return _fresh(place, Told(422, _words(error)))
    try:
        return _ACTS.get(sent.verb, _go_on)(place, sent)
    except (Invalid, StoryTooLong, MalformedJson) as error:
        return _page(place, sent.script, sent, Told(422, _words(error)))


def _layout(subject: TrialSubject, name: str) -> Layout:
    """Of a form that is shown: published, the installation's own, or one that would be published with the process."""
    for kind, content in subject.beside:
        if kind == FORM and hashlib.sha256(content).hexdigest() == name:
            return compile_form(content).layout
    with reading() as connection:
        return named(connection, name)


def _go_on(place: Place, sent: Asked) -> Response:
    """The story with one step more or less."""
    return _page(place, changed(sent), sent)


def _load(place: Place, sent: Asked) -> Response:
    return _page(place, _story(sent).script(), None)


def _delete(place: Place, sent: Asked) -> Response:
    house().engine.run(delete_story, current_actor(), _story(sent).id)
    flash(_("The story is deleted."), "success")
    return _page(place, sent.script, sent)


def _play(place: Place, sent: Asked) -> Response:
    subject = place.subject
    with reading() as connection:
        stories = story_list(connection, subject.organisation_id, subject.key)
    outcomes = play_stories(house().trials, subject, stories)
    return _page(place, sent.script, sent, Told(outcomes=outcomes))


def _keep(place: Place, sent: Asked) -> Response:
    """Save the story with what is to be expected of it from now on."""
    subject, name = place.subject, request.form.get("_name", "")
    with _playing(subject, sent.script) as scene:
        told = expected(sent.script, seen_now(scene), request.form.getlist("_expect"))
        script = replace(told, contract=scene.performance.story["contract"])
    try:
        house().engine.run(save_story, current_actor(), subject.organisation_id, subject.key, name, script)
    except Invalid as error:
        return _page(place, sent.script, sent, Told(422, name=name, name_errors=tuple(words_of(error)["name"])))
    except TooManyStories as error:
        return _page(place, sent.script, sent, Told(error.status, _words(error), name=name))
    flash(_("The story “%(name)s” is kept.", name=name.strip()), "success")
    return _page(place, sent.script, sent)


def _expect(place: Place, sent: Asked) -> Response:
    """What stands now is expected from now on, and the story goes on."""
    subject = place.subject
    with _playing(subject, sent.script) as scene:
        script = expected(sent.script, seen_now(scene), request.form.getlist("_expect"))
    return _page(place, script, sent)


_ACTS = {"load": _load, "delete": _delete, "play": _play, "save": _keep, "expect": _expect}


def _story(sent: Asked) -> StoryItem:
    """Raises NotFound."""
    number = int(sent.argument) if sent.argument.isdecimal() and len(sent.argument) < MAX_DIGITS else 0
    with reading() as connection:
        return story_detail(connection, current_actor(), number)


def _page(place: Place, script: Script, sent: Asked | None, told: Told = Told()) -> Response:
    """Where the story leads, or how far it holds and why not further."""
    subject = place.subject
    with reading() as connection:
        stories = story_list(connection, subject.organisation_id, subject.key)
    view = _head(place) | {
        "stories": story_rows(stories, told.outcomes),
        "save": {"name": told.name or script.name, "errors": list(told.name_errors)},
    }
    try:
        with _playing(subject, script) as scene:
            found = answer(scene)
            g.now = found.now
            invalid, words = refused_words(scene)
            view |= trial_view(
                scene, found, _held(script, scene), *_opened(sent, scene, invalid, (*told.errors, *words))
            )
            if view["form"] is not None:
                view["form"]["action"] = place.url
    except DesignRefused as refused:
        return page("trial.html", "processes", told.status, trial=view | {"findings": finding_lines(refused.findings)})
    status = 422 if scene.stopped and told.status == 200 else told.status
    return page("trial.html", "processes", status, trial=view | {"findings": []})


def _playing(subject: TrialSubject, script: Script) -> AbstractContextManager[Scene]:
    return house().trials.play(subject.organisation_id, subject.content, script, subject.beside)


def _held(script: Script, scene: Scene) -> Script:
    """The part of the story that holds."""
    begun = scene.stopped is None or scene.stopped.step > 0
    return replace(script, start=script.start if begun else None, steps=script.steps[: scene.done])


def _opened(
    sent: Asked | None, scene: Scene, invalid: Invalid | None, errors: tuple[str, ...]
) -> tuple[Chosen | None, Typed]:
    """The form that stays open, and what stands in it: nothing typed is lost while a step is not taken."""
    if sent is None or (sent.is_step and scene.stopped is None):
        return None, Typed(errors=errors)
    if sent.verb == "open":
        kind, _mark, key = sent.argument.partition(":")
        return Chosen(kind, key), Typed(errors=errors)
    return sent.chosen, Typed(sent.values if sent.chosen else None, sent.by, invalid if sent.is_step else None, errors)


def _head(place: Place) -> dict[str, Any]:
    subject = place.subject
    version = _("Draft") if subject.version is None else _("Version %(version)s", version=subject.version)
    return {
        "name": subject.name,
        "version": version,
        "action": place.url,
        "diagram": place.diagram,
        "back_url": place.back_url,
    }


def _words(error: SignalboxError) -> tuple[str, ...]:
    return tuple(refusal_words(error, language())) if isinstance(error, Invalid) else (error.message(language()),)
