"""撤回发布申请: whoever has submitted it takes it back; its designs can be worked on and submitted again."""

from __future__ import annotations

from engine import nouns
from engine.authorization import ENGINE, require
from engine.errors import Forbidden
from engine.release_rows import end_release, free_designs, open_release
from engine.unit_of_work import UnitOfWork


def withdraw_release(uow: UnitOfWork, release_id: int) -> None:
    """Raises Forbidden, also for who has not submitted it, NotFound, ReleaseEnded."""
    require(uow.actor, "definition.edit")
    release = open_release(uow, release_id)
    if uow.actor is not ENGINE and uow.actor.id != release.submitted_by:
        raise Forbidden(reason=nouns.NOT_SUBMITTED_BY_YOU)
    end_release(uow, release_id, "withdrawn")
    free_designs(uow, release_id)
    uow.loose_fact("release_withdrawn", organisation_id=release.organisation_id, release=release_id)
