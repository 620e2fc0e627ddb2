"""办理: complete a human step with its form, and let the case run on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.models import UserTask
from engine.task_access import lock_open_task, require_other_person, require_worker
from engine.unit_of_work import UnitOfWork
from engine.writes import changed, update_of

_DONE = update_of(
    UserTask.__table__,
    *("completed_at", "completed_by", "assignee_id"),
    state="completed",
    draft=None,
    draft_at=None,
    draft_by=None,
)


def complete_task(uow: UnitOfWork, task_id: str, data: Mapping[str, Any]) -> None:
    """`data`: the form as submitted. The task's row, the case, its clocks and timers and history change together.

    Raises NotFound, TaskNotOpen, TaskTaken, Forbidden, SeparationOfDuties, and Invalid per field (the draft stays).
    """
    task = lock_open_task(uow, task_id)
    require_worker(uow, task)
    case = uow.instance(task["instance_id"], task["root_id"], task)
    element = case.specification.model.elements[task["element_id"]]
    require_other_person(uow, task, case.specification.model)
    known = case.task_data(task_id)
    forms = uow.resources.extensions.forms
    cleaned = forms.validate(element.form_key, data, known, case.context(element)) if forms else dict(data)
    done = {"completed_at": uow.now, "completed_by": uow.actor.id, "assignee_id": uow.actor.id}
    uow.writes.add(_DONE, changed(task_id, done))
    case.fact(
        "task_completed", element, task=task_id, form=element.form_key, data=cleaned, **case.wording(element.form_key)
    )
    case.complete(task_id, cleaned)
