"""What the buttons of a trial's page ask for: each makes another story out of the one that the page carries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import request

from engine.durations import parse_instant
from engine.errors import Invalid
from engine.json_text import read_json
from forms.layout import Layout
from maintenance.trial.script import Script, after, read_script
from web.posted import posted
from web.shown_form import LAYOUT

ACT, OPEN, STORY = "_act", "_open", "_story"
"""Names of the page's own fields: what is asked for, which step is open, the story so far as JSON."""
SUBMIT = "submit"


@dataclass(frozen=True)
class Chosen:
    """The step whose form is open."""

    kind: str  # "start", "beside", "task"
    key: str  # of the process, or the element's id

    @property
    def text(self) -> str:
        return f"{self.kind}:{self.key}"


@dataclass(frozen=True)
class Asked:
    """What was posted. The story is read strictly: it has been in a browser."""

    script: Script
    verb: str
    argument: str
    chosen: Chosen | None
    by: str  # the role that acts
    values: dict[str, Any]  # of the open form, as typed

    @property
    def is_step(self) -> bool:
        """Whether the open form is handed in."""
        return self.verb == SUBMIT and self.chosen is not None


def asked(named: Callable[[str], Layout]) -> Asked:
    """`named`: the layout that a hidden input names.

    Raises Invalid, StoryTooLong and MalformedJson for a story that no page of ours has written.
    """
    script = read_script(read_json(request.form.get(STORY, "").encode()))
    verb, _, argument = request.form.get(ACT, SUBMIT).partition(":")
    kind, _, key = request.form.get(OPEN, "").partition(":")
    chosen = Chosen(kind, key) if kind in ("start", "beside", "task") and key else None
    layout = named(request.form.get(LAYOUT, ""))
    return Asked(script, verb, argument, chosen, request.form.get("_by", ""), posted(layout) if chosen else {})


def changed(asked: Asked) -> Script:
    """The story with what is asked for; the same where nothing of it changes. Raises Invalid."""
    change = _CHANGES.get(asked.verb)
    return asked.script if change is None else read_script(change(asked).story())


def _more(asked: Asked, verb: str, spec: Any) -> Script:
    return replace(asked.script, steps=(*asked.script.steps, {verb: spec}))


def _submit(asked: Asked) -> Script:
    chosen, script = asked.chosen, asked.script
    spec: dict[str, Any] = {"by": asked.by, "with": asked.values}
    if chosen is None:
        return script
    if chosen.kind == "start":
        at = request.form.get("_at") or script.at
        return replace(script, at=at, start={"process": chosen.key, **spec})
    if chosen.kind == "beside":
        return _more(asked, "beside", {"process": chosen.key, **spec})
    return _more(asked, "complete", {"task": chosen.key, **spec})


def _until(asked: Asked) -> Script:
    """To a given time."""
    until = request.form.get("_until", "")
    read_script({"at": until})
    return _more(asked, "wait", after(parse_instant(until) - parse_instant(asked.script.at)))


def _undo(asked: Asked) -> Script:
    script = asked.script
    return replace(script, steps=script.steps[:-1]) if script.steps else replace(script, start=None)


def _back(asked: Asked) -> Script:
    """To where the story stood after so many steps."""
    count = int(asked.argument) if asked.argument.isdecimal() and len(asked.argument) < 4 else 0
    return replace(asked.script, steps=asked.script.steps[:count])


def _anew(asked: Asked) -> Script:
    return replace(asked.script, start=None, steps=(), name="")


def _receive(asked: Asked) -> Script:
    sender, note = request.form.get("_sender", ""), request.form.get("_note", "").strip()
    return _more(asked, "receive", {"message": asked.argument, "by": sender, "with": {"note": note} if note else {}})


def _answer(asked: Asked) -> Script:
    error, result = request.form.get("_error", "").strip(), request.form.get("_result", "").strip()
    spec: dict[str, Any] = {"call": asked.argument}
    if error:
        return _more(asked, "answer", {**spec, "error": error})
    return _more(asked, "answer", {**spec, "with": read_json(result.encode()) if result else {}})


def _cancel(asked: Asked) -> Script:
    spec = {"by": request.form.get("_canceller", ""), "reason": request.form.get("_reason", "").strip()}
    return _more(asked, "cancel", spec)


_CHANGES: Mapping[str, Callable[[Asked], Script]] = {
    SUBMIT: _submit,
    "wait": lambda asked: _more(asked, "wait", asked.argument),
    "until": _until,
    "undo": _undo,
    "back": _back,
    "anew": _anew,
    "receive": _receive,
    "answer": _answer,
    "cancel": _cancel,
}


def expected(script: Script, seen: Mapping[str, Any], names: list[str]) -> Script:
    """The story with what stands now as expectations; `names`: of those that are wanted."""
    wanted = {name: seen[name] for name in seen if name in names}
    return replace(script, steps=(*script.steps, {"expect": wanted})) if wanted else script


def refusal_words(error: Invalid, language: str) -> list[str]:
    """What is wrong with a story, place by place."""
    return [f"{path}: {one[language]}" for path, problems in error.fields.items() for one in problems]
