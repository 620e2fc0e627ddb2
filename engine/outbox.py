"""What a case sends on its way: a message or signal becomes a job of the same transaction; the worker hands it on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Literal
from uuid import uuid4

import orjson
from sqlalchemy import insert

from engine.definition.model import ElementModel
from engine.durations import parse_duration
from engine.errors import EngineError
from engine.models import Job
from engine.spiff.data import plain
from engine.work import Work

KEY, TTL = "message.key", "message.ttl"
"""Properties of an event: who exactly is meant (by default the ticket), and how long a message is kept for a catch."""

MAX_KEY = 200  # letters
MAX_PAYLOAD = 16 * 1024  # bytes of JSON
MAX_KEPT = timedelta(days=31)
JobKind = Literal["message", "signal", "delivery"]


class PayloadTooLarge(EngineError):
    """The message “{name}” brings {size} bytes; at most {limit} are allowed."""

    code, status = "payload_too_large", 422
    zh = "消息“{name}”携带 {size} 字节，上限是 {limit} 字节。"


def case_key(root_id: int) -> str:
    """The correlation of everything that belongs to one ticket."""
    return f"case:{root_id}"


def bounded(name: str, payload: Mapping[str, Any]) -> dict[str, Any]:
    """The payload in JSON values. Raises NotPlainData, PayloadTooLarge."""
    found = plain(payload)
    size = len(orjson.dumps(found))
    if size > MAX_PAYLOAD:
        raise PayloadTooLarge(name=name, size=size, limit=MAX_PAYLOAD)
    return found


def kept_for(text: str | None) -> timedelta:
    """How long an undelivered message is kept: ISO 8601, at most 31 days; none for no text. Raises InvalidTime."""
    if not text:
        return timedelta(0)
    duration = parse_duration(text)
    return min(MAX_KEPT, duration.exact + timedelta(days=duration.days + 7 * duration.weeks + 31 * duration.months))


def post(
    work: Work,
    kind: JobKind,
    element: ElementModel,
    place: tuple[int, int, int],
    payload: Mapping[str, Any],
) -> str:
    """Write the job, due at once; its id. `place`: organisation, instance and root to whom it belongs."""
    organisation_id, instance_id, root_id = place
    job_id = uuid4().hex
    row = {
        "id": job_id,
        "organisation_id": organisation_id,
        "instance_id": instance_id,
        "root_id": root_id,
        "kind": kind,
        "element_id": element.id,
        "state": "waiting",
        "armed_at": work.now,
        "due_at": work.now,
        "run_at": work.now,
        "firings": 0,
        "attempts": 0,
        "payload": dict(payload),
    }
    work.connection.execute(insert(Job), row)
    return job_id
