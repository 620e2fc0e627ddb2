"""Run a command once for an Idempotency-Key: sent again, the first answer is given and nothing is done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec

import orjson
from sqlalchemy import insert, select

from engine.errors import EngineError, SignalboxError
from engine.models import IdempotencyKey
from engine.unit_of_work import RunAgain, UnitOfWork

P = ParamSpec("P")


class IdempotencyKeyReused(EngineError):
    """This Idempotency-Key was used for another request."""

    code, status = "idempotency_key_reused", 422
    zh = "该幂等键已用于另一请求。"


def run_once(
    uow: UnitOfWork,
    key: str,
    fingerprint: str,
    command: Callable[Concatenate[UnitOfWork, P], Any],
    /,
    *args: P.args,
    **kwargs: P.kwargs,
) -> Any:
    """The command's answer as JSON data. `fingerprint`: SHA-256 of what is asked. Raises IdempotencyKeyReused.

    Two at the same moment: the second meets the first one's key, or a case that the first has changed. Either way it
    is rolled back and run again, and finds the answer.
    """
    table = IdempotencyKey.__table__
    known = select(table.c.fingerprint, table.c.answer).where(table.c.user_id == uow.actor.id, table.c.key == key)
    found = uow.connection.execute(known).one_or_none()
    if found is not None:
        if found.fingerprint != fingerprint:
            raise IdempotencyKeyReused
        return orjson.loads(found.answer)
    uow.command = command.__name__
    try:
        answer = orjson.dumps(command(uow, *args, **kwargs))
    except SignalboxError as refusal:
        if uow.connection.execute(known).one_or_none() is not None:
            raise RunAgain from refusal
        raise
    uow.connection.execute(
        insert(IdempotencyKey).values(
            user_id=uow.actor.id, key=key, fingerprint=fingerprint, answer=answer.decode(), created_at=uow.now
        )
    )
    return orjson.loads(answer)
