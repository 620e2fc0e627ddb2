"""The page of a trial as its template wants it: what can be done, what waits, the clocks, the story, what happened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from engine.calendar import SHANGHAI
from engine.definition.findings import Finding
from engine.durations import parse_instant
from engine.errors import Invalid
from maintenance.queries.story_list import StoryItem
from maintenance.stories import SEEN
from maintenance.trial.answer import Answer
from maintenance.trial.outcomes import Outcome
from maintenance.trial.script import Script, after
from maintenance.trial.trials import Scene
from web import dates
from web.frame import group_name, listed
from web.i18n import language
from web.lights import clock_name, clock_rounds, task_light
from web.timeline import timeline, told_in
from web.trial_acts import Chosen
from web.trial_form import Typed, bare, opened, player, step_form
from web.trial_words import Spoken, expectation, outcome_words, shown, spoken, story_lines
from web.words import _

OFFERED = ("tasks", "timers", "clocks", "lights", "state")
"""What of the present state may be expected of a story that is kept."""
JUMPS = (timedelta(minutes=15), timedelta(hours=1), timedelta(days=1))
STATES = {"active": "active", "completed": "ended", "cancelled": "cancelled", "not_started": "not_started"}


def seen_now(scene: Scene) -> dict[str, Any]:
    """The present state as stories expect it; nothing before a case runs."""
    return {name: SEEN[name](scene.performance) for name in OFFERED} if scene.case_id is not None else {}


def trial_view(scene: Scene, answer: Answer, script: Script, wanted: Chosen | None, typed: Typed) -> dict[str, Any]:
    """`script`: what of the story holds. The forms are asked of the trial's own city."""
    seen = seen_now(scene)
    with scene.engine.read() as connection:
        step = opened(answer, wanted)
        if step is None or step.chosen != wanted:
            typed = Typed(errors=typed.errors)
        form = step_form(connection, scene, script, step, typed) if step else None
        clocks = {one.key: clock_name(one) for one in answer.clocks}
        entries = timeline(answer.history, told_in(connection, answer.history, clocks, answer.now), whole=True)
    words = spoken(scene, answer, clocks)
    acting = player(scene, step, typed.by) if step else None
    return {
        "state": STATES[answer.state],
        "number": answer.number,
        "now": dates.moment(answer.now, None, language(), seconds=True),
        "started": answer.state != "not_started",
        "at": dates.input_value(parse_instant(script.at)),
        "time": None if step is not None and step.chosen.kind == "start" else _time(answer, words),
        "steps": _steps(answer, words, step.chosen if step else None),
        "chosen": {"title": step.title, "players": [(role, group_name(role)) for role in step.by]} if step else None,
        "player": acting.name if acting else "",
        "form": form,
        "bare": bare(script),
        "errors": [] if form else list(typed.errors),
        "offers": _offers(scene, answer, words),
        "waits": _waits(answer, words),
        "standing": listed([words.element(one) for one in answer.active]),
        "active": list(answer.active),
        "passed": list(answer.passed),
        "rounds": clock_rounds(answer.clocks, "", answer.now),
        "data": _facts(answer),
        "story": story_lines(script, words),
        "timeline": entries,
        "expectations": [
            {"name": name, "label": expectation(name), "shown": shown(name, value, words)}
            for name, value in seen.items()
        ],
        "remarks": finding_lines(answer.findings),
    }


def finding_lines(findings: Sequence[Finding]) -> list[str]:
    """What the check says, with the element it is about."""
    return [
        " · ".join(part for part in (one.element_name or one.element_id, _finding(one)) if part) for one in findings
    ]


def _finding(one: Finding) -> str:
    return one.message_zh if language() == "zh" else one.message_en


def story_rows(stories: Sequence[StoryItem], outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    """The saved stories, with what became of each when they were played just now."""
    known = {one.story_id: one for one in outcomes}
    return [
        {
            "id": story.id,
            "name": story.name,
            "who": story.saved_by or "–",
            "at": story.saved_at,
            "outcome": outcome_words(known[story.id]) if story.id in known else "",
            "holds": known[story.id].holds if story.id in known else None,
        }
        for story in stories
    ]


def refused_words(scene: Scene) -> tuple[Invalid | None, tuple[str, ...]]:
    """Why the last step does not hold: per field of its form, or in words."""
    failed = scene.stopped
    if failed is None:
        return None, ()
    if isinstance(failed.__cause__, Invalid):
        return failed.__cause__, ()
    return None, (failed.what.zh if language() == "zh" else failed.what.en,)


def _time(answer: Answer, words: Spoken) -> dict[str, Any]:
    """The buttons that turn the clock; each says to which moment, counted from the beginning."""

    def wait(moment: datetime) -> str:
        return f"wait:{after(moment - answer.began)}"

    due = answer.next_due
    labels = (_("+15 min"), _("+1 h"), _("+1 day"))
    here = [words.element(one.element_id) for one in answer.timers if one.due_at == due]
    moment = max(due, answer.now) if due else None
    return {
        "next": {"at": _moment(moment, answer), "names": listed(here), "act": wait(moment)} if moment else None,
        "jumps": [{"label": label, "act": wait(answer.now + jump)} for label, jump in zip(labels, JUMPS, strict=True)],
        "until": (answer.now.astimezone(SHANGHAI) + timedelta(hours=8)).strftime("%Y-%m-%dT%H:%M"),
    }


def _steps(answer: Answer, words: Spoken, chosen: Chosen | None) -> list[dict[str, Any]]:
    """What people can do now: open steps, each element once, and processes that may be started."""
    counts = Counter(task.element_id for task in answer.tasks)
    by: dict[str, list[str]] = {}
    for task in answer.tasks:
        by.setdefault(task.element_id, []).extend(task.by)
    marks: list[Any] = []
    steps: dict[str, dict[str, Any]] = {}
    for task in answer.tasks:
        steps.setdefault(
            task.element_id,
            {
                "name": task.name,
                "count": counts[task.element_id],
                "who": listed([group_name(role) for role in dict.fromkeys(by[task.element_id])]) or _("nobody"),
                "light": task_light(task.due_at, marks, answer.now) if task.due_at else None,
                "act": f"open:task:{task.element_id}",
                "chosen": chosen == Chosen("task", task.element_id),
                "beside": False,
            },
        )
    return [
        *steps.values(),
        *(
            {
                "name": one.name,
                "count": 1,
                "who": listed([group_name(role) for role in one.by]),
                "light": None,
                "act": f"open:{'beside' if one.beside else 'start'}:{one.key}",
                "chosen": chosen == Chosen("beside" if one.beside else "start", one.key),
                "beside": True,
            }
            for one in answer.startable
        ),
    ]


def _offers(scene: Scene, answer: Answer, words: Spoken) -> dict[str, Any]:
    """Messages that may arrive, answers of services, and the end before time."""

    def able(permission: str) -> list[tuple[str, str]]:
        return [(actor.name, group_name(actor.name)) for actor in scene.people.values() if actor.may(permission)]

    active = answer.state == "active"
    return {
        "messages": [
            {"label": words.element(one.element_id), "act": f"receive:{one.name}", "name": one.name}
            for one in answer.messages
        ],
        "senders": able("message.send"),
        "calls": [
            {
                "label": one.name or one.element_id,
                "service": one.service,
                "inputs": [{"label": key, "value": str(value)} for key, value in one.inputs.items()],
                "act": f"answer:{one.element_id}",
            }
            for one in answer.calls
        ],
        "cancellers": able("case.cancel") if active else [],
        "incidents": [f"{words.element(one.element_id)}: {one.message}" for one in answer.incidents],
    }


def _waits(answer: Answer, words: Spoken) -> list[dict[str, Any]]:
    return [{"name": words.element(one.element_id), "at": _moment(one.due_at, answer)} for one in answer.timers]


def _moment(at: datetime, answer: Answer) -> str:
    """To the second, because that is what timers are about."""
    return dates.moment(at, answer.now, language(), seconds=True)


def _facts(answer: Answer) -> list[dict[str, Any]]:
    """What the case knows, plain: an owner looks for the names that conditions ask for."""
    held = {**answer.data, **answer.fields}
    return [{"label": key, "value": _plain(value)} for key, value in sorted(held.items())]


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return listed([f"{key}: {_plain(one)}" for key, one in value.items()])
    if isinstance(value, list):
        return listed([_plain(one) for one in value])
    return "–" if value is None else str(value)
