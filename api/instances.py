"""/api/v1/instances: start, find, read, comment and cancel tickets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accounts.house import house
from accounts.people import current_actor
from accounts.policies import requires, signed_in
from api.idempotency import act
from api.local_day import today
from api.operations import PREFIX, MachineBlueprint, operation
from api.schemas.clocks import ClocksSchema
from api.schemas.instances import (
    ActivityPage,
    ActivityQuery,
    CancelBody,
    CommentBody,
    HistoryPage,
    HistoryQuery,
    InstanceDetailSchema,
    InstancePage,
    InstanceQuery,
    InstanceStateSchema,
    StartBody,
    StartedSchema,
    SuspendBody,
    SuspensionSchema,
    TracePage,
    TraceQuery,
)
from engine.commands.add_comment import add_comment
from engine.commands.cancel_instance import cancel_instance
from engine.commands.resume_instance import resume_instance
from engine.commands.start_instance import start_instance
from engine.commands.suspend_instance import suspend_instance
from engine.queries.activities import activities
from engine.queries.history import history
from engine.queries.instance_detail import instance_detail
from engine.queries.instance_list import instance_list
from engine.queries.trace import trace
from maintenance.queries.clients import client_to_start_for
from maintenance.queries.ticket_clocks import ticket_clocks

blueprint = MachineBlueprint("instances", "工单: running and ended cases")


@blueprint.get("/instances")
@signed_in
@operation(blueprint, "Cases one may see, newest first", InstancePage, query=InstanceQuery)
def list_instances(query: dict[str, Any]) -> Any:
    mine, fields = query.pop("mine"), query.pop("fields_")
    with house().engine.read() as connection:
        return instance_list(connection, current_actor(), started_by_me=mine, fields=fields, **query)


@blueprint.post("/instances")
@requires("case.start")
@operation(
    blueprint,
    "Start a case of the newest version of a process",
    StartedSchema,
    status=201,
    body=StartBody,
    refuses=(404,),
    repeatable=True,
)
def start(body: Mapping[str, Any]) -> Any:
    with house().engine.read() as connection:
        client = client_to_start_for(connection, current_actor(), body["organisation"], today())
    started = act(start_instance, client.id, body["definition_key"], body["data"])
    return started, 201, {"Location": f"{PREFIX}/instances/{started['instance_id']}"}


@blueprint.get("/instances/<id:instance_id>")
@signed_in
@operation(
    blueprint, "One case with its open tasks, timers, participants and incidents", InstanceDetailSchema, refuses=(404,)
)
def get_instance(instance_id: int) -> Any:
    with house().engine.read() as connection:
        detail = instance_detail(connection, current_actor(), instance_id)
    return {**vars(detail.instance), **vars(detail)}


@blueprint.post("/instances/<id:instance_id>/cancel")
@requires("case.cancel")
@operation(
    blueprint,
    "End a case before its time, with a reason",
    InstanceStateSchema,
    body=CancelBody,
    refuses=(404, 409),
    repeatable=True,
)
def cancel(body: Mapping[str, Any], instance_id: int) -> Any:
    act(cancel_instance, instance_id, body["reason"])
    return {"id": instance_id, "state": "cancelled"}


@blueprint.post("/instances/<id:instance_id>/suspend")
@requires("case.suspend")
@operation(
    blueprint,
    "Let nobody work on a case until it is resumed, with a reason; its clocks go on",
    SuspensionSchema,
    body=SuspendBody,
    refuses=(404, 409),
    repeatable=True,
)
def suspend(body: Mapping[str, Any], instance_id: int) -> Any:
    act(suspend_instance, instance_id, body["reason"])
    return {"id": instance_id, "suspended": True}


@blueprint.post("/instances/<id:instance_id>/resume")
@requires("case.suspend")
@operation(
    blueprint,
    "Let a suspended case be worked on again, with a reason; what fell due meanwhile fires now",
    SuspensionSchema,
    body=SuspendBody,
    refuses=(404, 409),
    repeatable=True,
)
def resume(body: Mapping[str, Any], instance_id: int) -> Any:
    act(resume_instance, instance_id, body["reason"])
    return {"id": instance_id, "suspended": False}


@blueprint.post("/instances/<id:instance_id>/comments")
@requires("comment.write")
@operation(
    blueprint,
    "Write a comment into the history of a case",
    None,
    status=204,
    body=CommentBody,
    refuses=(404, 409),
    repeatable=True,
)
def comment(body: Mapping[str, Any], instance_id: int) -> Any:
    act(add_comment, instance_id, body["text"], body["task_id"])


@blueprint.get("/instances/<id:instance_id>/history")
@requires("history.read")
@operation(
    blueprint, "What happened to a case, oldest first, a row a command", HistoryPage, query=HistoryQuery, refuses=(404,)
)
def get_history(query: Mapping[str, Any], instance_id: int) -> Any:
    with house().engine.read() as connection:
        return history(connection, current_actor(), instance_id, **query)


@blueprint.get("/instances/<id:instance_id>/activities")
@signed_in
@operation(
    blueprint,
    "Ended executions of elements, oldest first, called processes included; pages count rows of history",
    ActivityPage,
    query=ActivityQuery,
    refuses=(404,),
)
def get_activities(query: dict[str, Any], instance_id: int) -> Any:
    asked = query.pop("outcome")
    outcome = None if asked == "any" else asked
    with house().engine.read() as connection:
        return activities(connection, current_actor(), instance_id, outcome=outcome, **query)


@blueprint.get("/instances/<id:instance_id>/trace")
@signed_in
@operation(
    blueprint,
    "Ids of completed elements in order, one for each execution; a page holds 1,000 rows of history",
    TracePage,
    query=TraceQuery,
    refuses=(404,),
)
def get_trace(query: Mapping[str, Any], instance_id: int) -> Any:
    with house().engine.read() as connection:
        return trace(connection, current_actor(), instance_id, **query)


@blueprint.get("/instances/<id:instance_id>/clocks")
@signed_in
@operation(blueprint, "The contract clocks of a case with their arithmetic", ClocksSchema, refuses=(404,))
def get_clocks(instance_id: int) -> Any:
    engine = house().engine
    with engine.read() as connection:
        root_id = instance_detail(connection, current_actor(), instance_id).instance.id
        return {"items": ticket_clocks(connection, root_id, engine.resources.clock.now(connection))}
