"""The form that a step or a start shows: the published one that its process version pins, else the installation's."""

from __future__ import annotations

from sqlalchemy import Connection

from engine.definitions import Definitions, newest
from engine.queries.task_detail import TaskDetail
from forms.form import Form
from forms.library import FormLibrary


def form_of_task(
    connection: Connection, definitions: Definitions, library: FormLibrary, task: TaskDetail
) -> Form | None:
    """None: the step has no form."""
    if task.form_key is None:
        return None
    return form_of_step(connection, definitions, library, task.form_key, task.definition_id)


def form_of_step(
    connection: Connection, definitions: Definitions, library: FormLibrary, form_key: str, definition_id: int
) -> Form:
    """Of a step that names the form in this version of its process."""
    wordings = definitions.specification(connection, definition_id).wordings
    return library.find(connection, form_key, wordings.get(form_key))


def form_of_start(
    connection: Connection, definitions: Definitions, library: FormLibrary, organisation_id: int, process_key: str
) -> Form | None:
    """Of the newest version of a process. None: there is no such process, or it is started without a form."""
    row = newest(connection, organisation_id, process_key)
    if row is None:
        return None
    found = definitions.specification(connection, row.id)
    key = next((one.form_key for one in found.model.starts if not one.trigger), None)
    return library.find(connection, key, found.wordings.get(key)) if key is not None else None
