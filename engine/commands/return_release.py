"""退回发布申请: it is not published, for a reason; its designs can be worked on and submitted again."""

from __future__ import annotations

from engine.authorization import require
from engine.release_rows import end_release, free_designs, open_release
from engine.unit_of_work import UnitOfWork
from engine.words import required_words

MAX_REASON = 500  # characters


def return_release(uow: UnitOfWork, release_id: int, reason: str) -> None:
    """Raises Forbidden, NotFound, ReleaseEnded, and Invalid without a reason."""
    require(uow.actor, "definition.publish")
    words = required_words("reason", reason, MAX_REASON)
    release = open_release(uow, release_id)
    end_release(uow, release_id, "returned", words)
    free_designs(uow, release_id)
    uow.loose_fact("release_returned", organisation_id=release.organisation_id, release=release_id, reason=words)
