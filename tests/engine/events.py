"""Drawings of calls, messages and signals for tests of the engine, and short ways to look at what came of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from engine.authorization import Actor
from engine.commands.complete_task import complete_task
from engine.engine import Engine
from engine.models import Incident, Job, ProcessInstance, StartTrigger, Subscription, UserTask
from tests.engine.definition.drawings import (
    Flows,
    Node,
    drawing,
    element,
    end,
    extensions,
    parallel,
    start,
    timer,
    user,
)
from tests.factories import actor, fetch

PARALLEL = '<multiInstanceLoopCharacteristics camunda:collection="${items}" camunda:elementVariable="item"/>'
"""What makes a call run once for each of `items`, all at the same time."""

SENDER = actor("chief", permissions=actor("chief").permissions | {"message.send", "case.suspend"})
"""A person of the client who may send messages, suspend and cancel."""


def call(
    id: str,
    key: str,
    *,
    into: Mapping[str, str] | None = None,
    out: Mapping[str, str] | None = None,
    everything: bool = False,
    repeat: str = "",
    **attributes: str,
) -> Node:
    """A call activity. `into`, `out`: target -> source variable; `everything`: all variables go in and come back."""
    rows = [f'<camunda:in source="{source}" target="{target}"/>' for target, source in (into or {}).items()]
    rows += [f'<camunda:out source="{source}" target="{target}"/>' for target, source in (out or {}).items()]
    if everything:
        rows += ['<camunda:in variables="all"/>', '<camunda:out variables="all"/>']
    inner = f"<extensionElements>{''.join(rows)}</extensionElements>" if rows else ""
    return element("callActivity", id, inner + repeat, calledElement=key, **attributes)


def event(
    kind: str,
    id: str,
    trigger: str,
    name: str = "",
    *,
    host: str | None = None,
    interrupting: bool = True,
    inputs: Mapping[str, str] | None = None,
    outputs: Mapping[str, str] | None = None,
    properties: Mapping[str, str] | None = None,
    **attributes: Any,
) -> Node:
    """An event of a message, signal, error or escalation that `declared` declares."""
    inner = extensions(inputs, outputs, properties)
    referred = f' {trigger}Ref="{reference(trigger, name)}"' if name else ""
    inner += f"<{trigger}EventDefinition{referred}{_camunda(attributes)}/>"
    border = {"attachedToRef": host} if host else {}
    if host and not interrupting:
        border["cancelActivity"] = "false"
    return element(kind, id, inner, **border)


def catch(id: str, trigger: str, name: str, **settings: Any) -> Node:
    return event("intermediateCatchEvent", id, trigger, name, **settings)


def throw(id: str, trigger: str, name: str, **settings: Any) -> Node:
    return event("intermediateThrowEvent", id, trigger, name, **settings)


def timed_catch(id: str, text: str, kind: str = "timeDuration") -> Node:
    return element("intermediateCatchEvent", id, _timer(text, kind))


def timed_start(id: str, text: str, kind: str = "timeDuration") -> Node:
    return element("startEvent", id, _timer(text, kind))


def reference(trigger: str, name: str) -> str:
    return f"{trigger}_{name}"


def declared(**named: str) -> str:
    """The declarations of a file: `declared(message="one two", error="broken")`."""
    codes = {"error": "errorCode", "escalation": "escalationCode"}
    return "".join(
        f'<{trigger} id="{reference(trigger, name)}" name="{name}"'
        + (f' {codes[trigger]}="{name}"' if trigger in codes else "")
        + "/>"
        for trigger, names in named.items()
        for name in names.split()
    )


def _camunda(attributes: Mapping[str, str]) -> str:
    return "".join(f' camunda:{key}="{value}"' for key, value in attributes.items())


def _timer(text: str, kind: str) -> str:
    return f"<timerEventDefinition><{kind}>{text}</{kind}></timerEventDefinition>"


def child(key: str = "child", nodes: list[Node] | None = None, flows: Flows | None = None, **more: Any) -> bytes:
    """A process to be called: one step for the desk, unless another body is given."""
    nodes = nodes or [start("s"), user("work", "干活", candidateGroups="desk"), end("e")]
    return drawing(key, nodes, flows or ["s -> work -> e"], **more)


def parent(called: Node, *more: Node, flows: Flows | None = None, key: str = "parent", **settings: Any) -> bytes:
    """A process that calls, and then has one step of its own."""
    nodes = [start("s"), called, user("after", "之后", candidateGroups="desk"), end("e"), *more]
    return drawing(key, nodes, [f"s -> {called.id} -> after -> e", *(flows or ())], **settings)


def waiting(key: str, caught: Node, **settings: Any) -> bytes:
    """A process that waits for an event, and then for the desk."""
    nodes = [start("s"), caught, user("a", candidateGroups="desk"), end("e")]
    return drawing(key, nodes, [f"s -> {caught.id} -> a -> e"], **settings)


def started_by(trigger: str, name: str, key: str = "begun", *more: Any) -> bytes:
    begins = event("startEvent", "s", trigger, name, outputs={"who": "${payload.who}"})
    nodes = [begins, *more, user("a", candidateGroups="desk"), end("e")]
    way = " -> ".join(node.id for node in nodes)
    return drawing(key, nodes, [way], properties={"fields": "who"}, extra=declared(**{trigger: name}))


DEEP = child(
    nodes=[
        start("s"),
        parallel("f"),
        user("work", candidateGroups="desk"),
        timer("late", "work", "PT1H"),
        catch("heard", "message", "ring"),
        parallel("j"),
        end("e"),
        end("missed"),
    ],
    flows=["s -> f -> work -> j -> e", "f -> heard -> j", "late -> missed"],
    extra=declared(message="ring"),
)
"""A task, a timer and a message that is waited for."""


# -- looking ---------------------------------------------------------------------------------------------------------


def cases(engine: Engine, root_id: int) -> list[Any]:
    """Every instance of a ticket, oldest first."""
    table = ProcessInstance.__table__
    return fetch(engine, select(table).where(table.c.root_id == root_id).order_by(table.c.id))


def states(engine: Engine, root_id: int) -> list[str]:
    return [row.state for row in cases(engine, root_id)]


def all_tasks(engine: Engine, root_id: int) -> dict[str, str]:
    """Element id -> task id of the open tasks of a ticket, whichever of its instances they belong to."""
    query = select(UserTask.element_id, UserTask.id).where(UserTask.root_id == root_id, UserTask.state == "open")
    return {element_id: task_id for element_id, task_id in fetch(engine, query)}


def all_jobs(engine: Engine, kind: str | None = None) -> list[Any]:
    table = Job.__table__
    query = select(table).order_by(table.c.run_at, table.c.id)
    return fetch(engine, query.where(table.c.kind == kind) if kind else query)


def incidents(engine: Engine) -> list[Any]:
    """Those that nobody has resolved."""
    return fetch(engine, select(Incident.__table__).where(Incident.resolved_at.is_(None)))


def subscriptions(engine: Engine) -> list[Any]:
    table = Subscription.__table__
    return fetch(engine, select(table).order_by(table.c.instance_id, table.c.element_id))


def start_triggers(engine: Engine) -> list[Any]:
    return fetch(engine, select(StartTrigger.__table__).order_by(StartTrigger.id))


def done(engine: Engine, root_id: int, element_id: str, data: dict[str, Any] | None = None, by: str = "clerk1") -> None:
    engine.run(complete_task, actor(by), all_tasks(engine, root_id)[element_id], data or {})


def may(name: str, *permissions: str) -> Actor:
    return actor(name, permissions=actor(name).permissions | set(permissions))
