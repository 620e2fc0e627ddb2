"""同一故障再报: what somebody reports of a fault that has its ticket already goes to that ticket, words and photos."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from engine import attachments, nouns
from engine.commands.add_comment import add_comment
from engine.errors import EngineError, Invalid
from engine.models import ProcessInstance
from engine.unit_of_work import UnitOfWork
from maintenance.models import Point, WorkOrder


class AnotherPoint(EngineError):
    """The ticket belongs to another point than the one you have chosen."""

    code, status = "another_point", 409
    zh = "该工单不在您选择的点位上。"


def report_again(uow: UnitOfWork, ticket_id: int, point: str, words: str, photos: Sequence[str]) -> dict[str, Any]:
    """`point`: the code of the point on which it was reported; `photos`: ids of uploads. All of it, or nothing.

    Returns {"instance_id"}. Raises NotFound, InstanceNotActive, InstanceSuspended, AnotherPoint, TooManyAttachments,
    and Invalid for the words and for uploads that are gone.
    """
    root = ProcessInstance.__table__.alias()
    found = select(root.c.id).where(root.c.id == ticket_id, root.c.root_id == ticket_id)
    root_id = uow.reach(nouns.CASE, found.scalar_subquery())
    case = uow.instance(root_id, root_id)
    here = select(Point.code).join(WorkOrder, WorkOrder.point_id == Point.id).where(WorkOrder.instance_id == root_id)
    if uow.connection.scalar(here) != point:
        raise AnotherPoint
    context = case.context(None)
    if len(attachments.usable(uow.connection, uow.actor, root_id, photos)) != len(set(photos)):
        gone = {
            "code": "upload_gone",
            "zh": "有照片已失效，请删除后重新选择。",
            "en": "A photo is gone. Choose it again.",
        }
        raise Invalid({"photos": [gone]})
    add_comment(uow, root_id, words)
    if photos:
        attachments.bind(context, photos)
    return {"instance_id": root_id}
