"""What stands in a trial, as data: open steps and who may do them, timers, clocks, tokens, what could happen next."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from engine.authorization import ENGINE, Actor
from engine.definition.findings import Finding
from engine.durations import parse_instant
from engine.errors import Invalid, SignalboxError
from engine.models import Job, Participant, ProcessInstance, TaskCandidate, UserTask
from engine.outside import read
from engine.queries.awaited_messages import AwaitedMessage, awaited_messages
from engine.queries.history import HistoryItem, whole_history
from engine.queries.instance_detail import IncidentItem, TimerItem, instance_detail
from engine.queries.tokens import tokens
from engine.worker import next_due
from maintenance.queries.ticket_clocks import ClockItem, ticket_clocks
from maintenance.trial.trials import Scene
from maintenance.trial.world import Startable

DONE = ("element_completed", "task_completed")


@dataclass(frozen=True)
class OpenStep:
    """A human step that waits. Instants are UTC."""

    id: str
    element_id: str
    name: str
    form_key: str | None
    wording: str | None  # of the form, if it is a published one: SHA-256
    instance_id: int
    due_at: datetime | None
    by: tuple[str, ...]  # roles whose person may do it
    groups: tuple[str, ...]  # candidate groups
    known: Mapping[str, Any]  # what its case knows


@dataclass(frozen=True)
class OutsideStep:
    """An outside service that would be called now; it is not, the story says what it answers."""

    element_id: str
    name: str
    service: str
    inputs: Mapping[str, Any]


@dataclass(frozen=True)
class Stopped:
    """Why a step does not hold."""

    step: int  # 0: the start
    code: str
    zh: str
    en: str
    fields: Mapping[str, list[dict[str, str]]]  # of a form that was refused


@dataclass(frozen=True)
class Answer:
    """Where a trial stands. Instants are UTC."""

    began: datetime
    now: datetime
    next_due: datetime | None  # when the next timer fires; None: nothing waits for the time
    state: str  # "not_started", or a case's: "active", "completed", "cancelled"
    number: str | None
    title: str
    done: int  # steps of the story that hold
    stopped: Stopped | None
    startable: tuple[Startable, ...]
    tasks: tuple[OpenStep, ...]
    timers: tuple[TimerItem, ...]
    messages: tuple[AwaitedMessage, ...]
    calls: tuple[OutsideStep, ...]
    incidents: tuple[IncidentItem, ...]
    clocks: tuple[ClockItem, ...]
    active: tuple[str, ...]  # ids of elements of the process on trial with tokens
    passed: tuple[str, ...]  # and of those run to their end, each once
    data: Mapping[str, Any]  # what the ticket knows
    fields: Mapping[str, Any]  # its business fields
    history: tuple[HistoryItem, ...]  # oldest first
    findings: tuple[Finding, ...]  # remarks about the process


def stopped(scene: Scene) -> Stopped | None:
    """Why the story was not played to its end."""
    failed = scene.stopped
    if failed is None:
        return None
    cause = failed.__cause__
    code = cause.code if isinstance(cause, SignalboxError) else failed.code
    fields = cause.fields if isinstance(cause, Invalid) else {}
    return Stopped(failed.step, code, failed.what.zh, failed.what.en, fields)


def answer(scene: Scene) -> Answer:
    """All of it."""
    due = next_due(scene.engine, "inside")
    with scene.engine.read() as connection:
        case = _case(connection, scene) if scene.case_id is not None else _NOTHING
    state = case["state"]
    offered = [one for one in scene.world.startable if one.beside is (state == "active")]
    return Answer(
        began=parse_instant(scene.script.at),
        now=scene.clock.now(),
        next_due=due,
        done=scene.done,
        stopped=stopped(scene),
        startable=tuple(offered if state in ("not_started", "active") else ()),
        findings=scene.world.findings,
        **case,
    )


_NOTHING: dict[str, Any] = {
    **{"state": "not_started", "number": None, "title": "", "data": {}, "fields": {}},
    **dict.fromkeys(("tasks", "timers", "messages", "calls", "incidents", "clocks", "active", "passed", "history"), ()),
}
"""Of a trial in which no case runs yet."""


def _case(connection: Connection, scene: Scene) -> dict[str, Any]:
    """What the ticket itself says."""
    case_id = scene.performance.instance_id
    detail = instance_detail(connection, ENGINE, case_id)
    standing = tokens(connection, scene.engine.definitions, case_id)
    history = whole_history(connection, ENGINE, case_id)
    key = scene.world.process.key
    own = {one.id for one in detail.called if one.process_key == key}
    if detail.instance.process_key == key:
        own.add(case_id)
    return {
        "state": detail.instance.state,
        "number": detail.instance.number,
        "title": detail.instance.title,
        "fields": detail.instance.fields,
        "tasks": _tasks(connection, scene, case_id, {one.instance_id: one.data for one in standing}),
        "timers": tuple(detail.timers),
        "messages": tuple(awaited_messages(connection, case_id)) if detail.instance.state == "active" else (),
        "calls": _calls(connection, scene, case_id),
        "incidents": tuple(detail.incidents),
        "clocks": tuple(ticket_clocks(connection, case_id, scene.clock.now())),
        "active": tuple(dict.fromkeys(place for one in standing if one.process_key == key for place in one.elements)),
        "passed": _passed(history, case_id, own),
        "data": next((one.data for one in standing if one.instance_id == case_id), {}),
        "history": tuple(history),
    }


def _tasks(
    connection: Connection, scene: Scene, case_id: int, known: Mapping[int, Mapping[str, Any]]
) -> tuple[OpenStep, ...]:
    """Open steps of the ticket, its called and its accompanying cases, oldest first."""
    task, candidate, instance = UserTask.__table__, TaskCandidate.__table__, ProcessInstance.__table__
    query = select(task, instance.c.definition_id).join(instance, instance.c.id == task.c.instance_id)
    waiting = query.where(task.c.root_id == case_id, task.c.state == "open").order_by(task.c.created_at, task.c.id)
    rows = connection.execute(waiting).all()
    offered: dict[str, list[Any]] = {}
    for row in connection.execute(select(candidate).where(candidate.c.task_id.in_([row.id for row in rows]))):
        offered.setdefault(row.task_id, []).append(row)
    people, steps = _admitted(connection, scene, case_id), list[OpenStep]()
    for row in rows:
        wordings = scene.engine.definitions.specification(connection, row.definition_id).wordings
        wording = wordings.get(row.form_key or "")
        steps.append(_step(row, wording, offered.get(row.id, []), people, known.get(row.instance_id, {})))
    return tuple(steps)


def _admitted(connection: Connection, scene: Scene, case_id: int) -> list[Actor]:
    """People whose organisation has to do with the case: nobody else sees its steps."""
    party = Participant.__table__.c
    parties = set(connection.scalars(select(party.organisation_id).where(party.root_id == case_id)))
    return [one for one in scene.people.values() if one.organisation_id in {scene.world.client_id, *parties}]


def _step(
    row: Any, wording: str | None, offered: list[Any], people: Collection[Actor], known: Mapping[str, Any]
) -> OpenStep:
    groups = tuple(sorted(one.group_key for one in offered if one.group_key))
    named = {one.user_id for one in offered}
    if row.assignee_id is not None:
        by = [actor.name for actor in people if actor.id == row.assignee_id]
    else:
        by = [actor.name for actor in people if actor.id in named or actor.groups & set(groups)]
    able = tuple(one.name for one in people if one.name in by and one.may("task.work"))
    form = (row.form_key, wording)
    return OpenStep(row.id, row.element_id, row.name, *form, row.instance_id, row.due_at, able, groups, known)


def _calls(connection: Connection, scene: Scene, case_id: int) -> tuple[OutsideStep, ...]:
    """What would be called outside, and with what."""
    job, instance = Job.__table__, ProcessInstance.__table__
    query = select(job.c.element_id, job.c.inputs, instance.c.definition_id)
    query = query.join(instance, instance.c.id == job.c.instance_id)
    waiting = query.where(job.c.root_id == case_id, job.c.kind == "service").order_by(job.c.armed_at, job.c.id)
    found = []
    for row in connection.execute(waiting):
        element = scene.engine.definitions.specification(connection, row.definition_id).model.elements[row.element_id]
        found.append(OutsideStep(element.id, element.name, element.service or "", read(row.inputs)))
    return tuple(found)


def _passed(history: list[HistoryItem], case_id: int, own: set[int]) -> tuple[str, ...]:
    """Elements of the process on trial that were run to their end, in order, each once."""
    facts = (fact for row in history for fact in row.facts if fact["type"] in DONE)
    return tuple(dict.fromkeys(fact["element"] for fact in facts if fact.get("instance", case_id) in own))
