"""/api/v1/tasks: find, read, claim, draft and complete human steps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from accounts.house import house
from accounts.people import current_actor
from accounts.policies import requires, signed_in
from api.idempotency import act
from api.operations import MachineBlueprint, operation
from api.schemas.tasks import FormBody, TaskDetailSchema, TaskPage, TaskQuery, TaskStateSchema
from engine.commands.claim_task import claim_task
from engine.commands.complete_task import complete_task
from engine.commands.save_draft import save_draft
from engine.commands.unclaim_task import unclaim_task
from engine.queries.task_detail import TaskDetail, task_detail
from engine.queries.task_list import task_list
from forms.layout import Layout
from maintenance.queries.shown_form import form_of_task
from maintenance.queries.task_form import with_choices

blueprint = MachineBlueprint("tasks", "待办: human steps")


@blueprint.get("/tasks")
@signed_in
@operation(blueprint, "One's task list: mine and candidate due first, done newest first", TaskPage, query=TaskQuery)
def list_tasks(query: dict[str, Any]) -> Any:
    fields = query.pop("fields_")
    with house().engine.read() as connection:
        return task_list(connection, current_actor(), fields=fields, **query)


@blueprint.get("/tasks/<task_id:task_id>")
@signed_in
@operation(blueprint, "One task with its form, choices and draft", TaskDetailSchema, refuses=(404,))
def get_task(task_id: str) -> Any:
    with house().engine.read() as connection:
        task = task_detail(connection, current_actor(), task_id)
        return {**vars(task), "form": _form(connection, task)}


@blueprint.post("/tasks/<task_id:task_id>/claim")
@requires("task.work")
@operation(blueprint, "Take a task that is offered", TaskStateSchema, refuses=(404, 409), repeatable=True)
def claim(task_id: str) -> Any:
    act(claim_task, task_id)
    return {"id": task_id, "state": "open", "assignee": current_actor().display_name}


@blueprint.post("/tasks/<task_id:task_id>/unclaim")
@requires("task.work")
@operation(
    blueprint, "Give a claimed task back to its candidates", TaskStateSchema, refuses=(404, 409), repeatable=True
)
def unclaim(task_id: str) -> Any:
    act(unclaim_task, task_id)
    return {"id": task_id, "state": "open", "assignee": None}


@blueprint.post("/tasks/<task_id:task_id>/complete")
@requires("task.work")
@operation(
    blueprint, "Complete a task with its form", TaskStateSchema, body=FormBody, refuses=(404, 409), repeatable=True
)
def complete(body: Mapping[str, Any], task_id: str) -> Any:
    act(complete_task, task_id, body["data"])
    return {"id": task_id, "state": "completed", "assignee": current_actor().display_name}


@blueprint.put("/tasks/<task_id:task_id>/draft")
@requires("task.work")
@operation(
    blueprint, "Keep what has been typed so far; it is not judged", None, status=204, body=FormBody, refuses=(404, 409)
)
def put_draft(body: Mapping[str, Any], task_id: str) -> Any:
    house().engine.run(save_draft, current_actor(), task_id, body["data"])


def _form(connection: Connection, task: TaskDetail) -> Layout | None:
    """The layout; choices from the house are filled in for those who may still fill in the form."""
    form = form_of_task(connection, house().engine.definitions, house().forms, task)
    if form is None or not task.may_complete:
        return form.layout if form else None
    return with_choices(connection, current_actor(), form.layout, task.root_id, task.fields)
