"""The form of a task as it is drawn: its layout with the choices that come from the house."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, select

from engine.authorization import Actor
from engine.models import ProcessInstance
from forms.layout import Layout
from maintenance.choices import CaseChoices


def with_choices(
    connection: Connection, actor: Actor, layout: Layout, root_id: int, known: Mapping[str, Any]
) -> Layout:
    """The layout with every choice filled in. `known`: what is known of the case, e.g. its point.

    The caller has checked that the case `root_id` may be seen.
    """
    client_id = connection.scalar(select(ProcessInstance.organisation_id).where(ProcessInstance.id == root_id))
    if client_id is None:
        return layout
    choices = CaseChoices(connection, actor, client_id, root_id)
    items = (
        replace(item, choices=tuple(choices.choices(item.options, known))) if item.options else item
        for item in layout.items
    )
    return replace(layout, items=tuple(items))
