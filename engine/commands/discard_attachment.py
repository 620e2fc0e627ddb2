"""删除附件: take back an upload of one's own that belongs to no case yet."""

from __future__ import annotations

from sqlalchemy import delete, select

from engine import nouns
from engine.authorization import require
from engine.errors import EngineError, NotFound
from engine.models import Attachment, ProcessInstance
from engine.unit_of_work import UnitOfWork
from engine.visibility import visible


class AttachmentBound(EngineError):
    """The attachment belongs to a case, and stays with it."""

    code, status = "attachment_bound", 409
    zh = "该附件已归入工单，不能删除。"


def discard_attachment(uow: UnitOfWork, attachment_id: str) -> None:
    """Its row goes; its content goes with the next `flask files tidy`. Raises NotFound, Forbidden, AttachmentBound."""
    require(uow.actor, "attachment.add")
    own = (Attachment.id == attachment_id, Attachment.uploaded_by == uow.actor.id, Attachment.root_id.is_(None))
    if uow.connection.execute(delete(Attachment).where(*own)).rowcount:
        return
    root = ProcessInstance.__table__
    seen = select(Attachment.id).join(root, root.c.id == Attachment.root_id)
    if uow.connection.scalar(seen.where(Attachment.id == attachment_id, visible(root, uow.actor))) is None:
        raise NotFound(what=nouns.ATTACHMENT)
    raise AttachmentBound
