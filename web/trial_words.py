"""What a trial's page says: each step of the story, what is expected, and what became of saved stories."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.definition.vocabulary import kind_words
from engine.durations import parse_duration, parse_instant
from maintenance.story_words import EXPECTATIONS
from maintenance.trial.answer import Answer
from maintenance.trial.outcomes import Outcome
from maintenance.trial.script import Script
from maintenance.trial.trials import Scene
from web import dates
from web.frame import group_name, listed
from web.i18n import language
from web.words import _


@dataclass(frozen=True)
class Spoken:
    """What keys of a trial are called."""

    elements: Mapping[str, str]  # element id -> name as drawn
    processes: Mapping[str, str]
    clocks: Mapping[str, str]

    def element(self, element_id: str) -> str:
        return self.elements.get(element_id) or element_id


def spoken(scene: Scene, answer: Answer, clocks: Mapping[str, str]) -> Spoken:
    """Names from the drawing on trial, and from what has happened in other drawings."""
    told = {
        fact["element"]: fact.get("name") or "" for row in answer.history for fact in row.facts if "element" in fact
    }
    drawn = {one.id: one.name or _kind(one.kind) for one in scene.world.process.elements.values()}
    return Spoken(told | drawn, {one.key: one.name for one in scene.world.startable}, clocks)


def story_lines(script: Script, words: Spoken) -> list[dict[str, Any]]:
    """The story as it is told so far: {number, at, words}; `number`: steps up to here, 0 the start."""
    at = parse_instant(script.at)

    def line(number: int, sentence: str) -> dict[str, Any]:
        return {"number": number, "at": dates.moment(at, None, language(), seconds=True), "words": sentence}

    lines: list[dict[str, Any]] = []
    if script.start is not None:
        name = words.processes.get(script.start["process"], script.start["process"])
        sentence = _("%(who)s starts “%(process)s”", who=group_name(script.start["by"]), process=name)
        lines.append(line(0, sentence))
    for number, step in enumerate(script.steps, start=1):
        sentences = []
        if "wait" in step:
            before, at = at, parse_duration(step["wait"]).after(parse_instant(script.at))
            sentences.append(_("Time goes on by %(time)s", time=dates.duration(at - before, language())))
        sentences += [_SENTENCES[verb](spec, words) for verb, spec in step.items() if verb != "wait"]
        lines.append(line(number, _("; ").join(sentences)))
    return lines


def shown(name: str, value: Any, words: Spoken) -> str:
    """What stands now, as an expectation shows it."""
    if name == "tasks":
        return listed([words.element(one) for one in value]) or _("none")
    if name == "timers":
        return listed([f"{words.element(key)} {at}" for key, at in value.items()]) or _("none")
    if name == "clocks":
        return listed([f"{words.clocks.get(key, key)} {verdict(one)}" for key, one in value.items()]) or _("none")
    if name == "lights":
        return listed([_light(one, words) for one in value]) or _("none")
    if name == "state":
        states = {"active": _("In progress"), "completed": _("Finished"), "cancelled": _("Cancelled")}
        return states.get(str(value), str(value))
    return str(value)


def expectation(name: str) -> str:
    """How an expectation is called."""
    known = EXPECTATIONS[name]
    return known.zh if language() == "zh" else known.en.capitalize()


def verdict(code: str) -> str:
    known = {
        "pending": _("still running"),
        "met": _("on time"),
        "breached": _("over the limit"),
        "void": _("not judged"),
        "provisional": _("over the limit, provisional"),
    }
    return known.get(code, code)


def outcome_words(outcome: Outcome) -> str:
    """“holds”, or where it does not and why."""
    if outcome.holds:
        return _("Holds")
    what = outcome.zh if language() == "zh" else outcome.en
    if outcome.step is None:
        return what
    if outcome.step == 0:
        return _("Fails at the start: %(what)s", what=what)
    return _("Fails at step %(step)s: %(what)s", step=outcome.step, what=what)


def _light(text: str, words: Spoken) -> str:
    """ "respond warn 10:08:00" with the clock's name and the colour in words."""
    key, threshold, *rest = text.split(" ")
    colour = _("yellow") if threshold.startswith("warn") else _("red")
    return " ".join((words.clocks.get(key, key), colour, *rest))


def _complete(spec: Mapping[str, Any], words: Spoken) -> str:
    return _("%(who)s does “%(name)s”", who=group_name(spec["by"]), name=words.element(spec["task"])) + _refused(spec)


def _beside(spec: Mapping[str, Any], words: Spoken) -> str:
    name = words.processes.get(spec["process"], spec["process"])
    return _("%(who)s starts “%(process)s”", who=group_name(spec["by"]), process=name) + _refused(spec)


def _receive(spec: Mapping[str, Any], words: Spoken) -> str:
    return _("%(who)s tells: “%(message)s”", who=group_name(spec["by"]), message=spec["message"]) + _refused(spec)


def _answered(spec: Mapping[str, Any], words: Spoken) -> str:
    name = words.element(spec["call"])
    if spec.get("error"):
        return _("The service of “%(name)s” reports the error %(error)s", name=name, error=spec["error"])
    return _("The service of “%(name)s” answers", name=name)


def _cancelled(spec: Mapping[str, Any], words: Spoken) -> str:
    return _("%(who)s cancels: %(reason)s", who=group_name(spec["by"]), reason=spec["reason"]) + _refused(spec)


def _expected(spec: Mapping[str, Any], words: Spoken) -> str:
    parts = [f"{expectation(name)} {shown(name, value, words)}" for name, value in spec.items()]
    return _("Expected: %(what)s", what=_("; ").join(parts))


def _refused(spec: Mapping[str, Any]) -> str:
    return _(" (to be refused: %(code)s)", code=spec["refused"]) if spec.get("refused") else ""


def _kind(kind: str) -> str:
    words = kind_words(kind)
    return words.zh if language() == "zh" else words.en


_SENTENCES: dict[str, Callable[[Any, Spoken], str]] = {
    "complete": _complete,
    "beside": _beside,
    "receive": _receive,
    "answer": _answered,
    "cancel": _cancelled,
    "expect": _expected,
}
