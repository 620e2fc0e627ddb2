"""The form that a page draws: of a task, of the start of a process, or as its hidden input names it."""

from __future__ import annotations

import re

from sqlalchemy import Connection

from accounts.house import house
from engine.queries.task_detail import TaskDetail
from forms.findings import UnknownForm
from forms.form import Form
from forms.layout import Layout
from maintenance.queries import shown_form

NO_FORM = Layout("", "", ())
"""Of a step without a form: it is completed by its button alone."""
LAYOUT = "_form"
"""Hidden input: which form is sent."""

_WORDING = re.compile(r"[0-9a-f]{64}")


def form_of_task(connection: Connection, task: TaskDetail) -> Form | None:
    return shown_form.form_of_task(connection, house().engine.definitions, house().forms, task)


def form_of_step(connection: Connection, form_key: str, definition_id: int) -> Form:
    return shown_form.form_of_step(connection, house().engine.definitions, house().forms, form_key, definition_id)


def form_of_start(connection: Connection, organisation_id: int, process_key: str) -> Form | None:
    return shown_form.form_of_start(connection, house().engine.definitions, house().forms, organisation_id, process_key)


def layout_of(form: Form | None) -> Layout:
    return form.layout if form else NO_FORM


def hidden(form: Form | None) -> dict[str, str]:
    """The hidden input. A published form is named by its wording: only who has been shown it knows that."""
    return {LAYOUT: form.wording or form.key} if form else {}


def named(connection: Connection, name: str) -> Layout:
    """The layout that a hidden input names, for somebody who is not signed in any more."""
    try:
        return house().forms.find(connection, name, name if _WORDING.fullmatch(name) else None).layout
    except UnknownForm:
        return NO_FORM
