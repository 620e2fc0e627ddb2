"""What a case sends on its way: a message or signal becomes a job of the same transaction; the worker hands it on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple
from uuid import uuid4

import orjson
from sqlalchemy import insert

from engine.durations import parse_duration
from engine.errors import EngineError
from engine.models import Job
from engine.spiff.data import plain
from engine.work import Work

MAX_KEY = 200  # letters of a correlation
MAX_PAYLOAD = 16 * 1024  # bytes of JSON
MAX_KEPT = timedelta(days=31)
JobKind = Literal["message", "signal", "delivery", "start"]


class PayloadTooLarge(EngineError):
    """The message “{name}” brings {size} bytes; at most {limit} are allowed."""

    code, status = "payload_too_large", 422
    zh = "消息“{name}”携带 {size} 字节，上限是 {limit} 字节。"


@dataclass(frozen=True)
class Parcel:
    """What is on its way, as it stands in a job."""

    name: str  # of the message or signal
    payload: Mapping[str, Any]  # plain JSON
    correlation: str | None = None  # who exactly is meant; None: a signal, for everybody
    expires: str | None = None  # ISO 8601: how long a message that nobody waits for is kept
    subscription: str | None = None  # of a delivery: the waiting event; of a signal: the last that it was handed to
    process: str | None = None  # of a start: key of the process

    def text(self) -> str:
        return orjson.dumps(asdict(self)).decode()

    @classmethod
    def read(cls, text: str) -> Parcel:
        return cls(**orjson.loads(text))

    def is_kept(self, now: datetime) -> bool:
        return self.expires is not None and datetime.fromisoformat(self.expires) > now


TICKET = "case:"


def case_key(root_id: int) -> str:
    """The correlation of everything that belongs to one ticket."""
    return f"{TICKET}{root_id}"


def bounded(name: str, payload: Mapping[str, Any]) -> dict[str, Any]:
    """The payload in JSON values. Raises NotPlainData, PayloadTooLarge."""
    found = plain(payload)
    size = len(orjson.dumps(found))
    if size > MAX_PAYLOAD:
        raise PayloadTooLarge(name=name, size=size, limit=MAX_PAYLOAD)
    return found


def expiry(now: datetime, kept_for: str | None) -> str | None:
    """Until when a message is kept that nobody waits for: at most 31 days; None for no duration. Raises InvalidTime."""
    if not kept_for:
        return None
    return min(parse_duration(kept_for).after(now), now + MAX_KEPT).isoformat()


class Place(NamedTuple):
    """To whom a job belongs: the case that sends, or, of a delivery, the one that receives."""

    organisation_id: int
    instance_id: int
    root_id: int
    element_id: str


def post(work: Work, kind: JobKind, *parcels: tuple[Parcel, Place]) -> None:
    """Write the jobs of parcels, due at once."""
    rows = [
        {
            "id": uuid4().hex,
            **place._asdict(),
            "kind": kind,
            "state": "waiting",
            "armed_at": work.now,
            "due_at": work.now,
            "run_at": work.now,
            "firings": 0,
            "attempts": 0,
            "inputs": parcel.text(),
        }
        for parcel, place in parcels
    ]
    if rows:
        work.connection.execute(insert(Job), rows)
