"""Who plays in a trial: one invented person in each role, in an invented client, contractor, carrier or power unit."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import insert

from engine.authorization import Actor
from engine.models import Attachment, Membership, Organisation, Role, User
from engine.unit_of_work import UnitOfWork

ORGANISATIONS = {
    "client": "试跑业主",
    "contractor": "试跑运维单位",
    "carrier": "试跑网络运营商",
    "power_unit": "试跑取电单位",
}
"""Kind of an organisation -> the name of the one of this kind."""
SAMPLES = {
    "photo": tuple(f"试跑照片{number}.jpg" for number in range(1, 7)),
    "file": ("试跑文件.pdf", "试跑文件.docx", "试跑文件.xlsx", "试跑文件.jpg", "试跑文件.png", "试跑文件.zip"),
    "signature": ("试跑签名.png",),
}
"""Kind of an upload -> the names of those that stand for whatever people would upload."""
_KINDS = tuple(SAMPLES)


@dataclass(frozen=True)
class Part:
    """A role of the catalogue, to be played by somebody."""

    key: str
    zh: str
    en: str
    kinds: frozenset[str]  # of organisations whose people may play it: keys of ORGANISATIONS
    permissions: frozenset[str]


@dataclass(frozen=True)
class Sample:
    """An upload of the invented city; nobody keeps its bytes."""

    id: str
    kind: str
    name: str


def samples(kind: str, actor: Actor) -> list[Sample]:
    """What this person of the cast could upload."""
    numbered = enumerate(SAMPLES[kind])
    return [
        Sample(f"{_KINDS.index(kind):012x}{number:012x}{actor.id or 0:08x}", kind, name) for number, name in numbered
    ]


def settle(uow: UnitOfWork, parts: tuple[Part, ...], *, contracted: bool) -> tuple[dict[str, int], dict[str, Actor]]:
    """Write them down: kind of organisation -> its id, role -> its person.

    `contracted`: the contractor has to do with the case, so its people play what they may, else the client's own do.
    """
    run = uow.connection.execute
    organisations = {
        kind: run(insert(Organisation).values(key=kind, name=name, kind=kind).returning(Organisation.id)).scalar_one()
        for kind, name in ORGANISATIONS.items()
    }
    first = ("contractor", "client") if contracted else ("client", "contractor")
    order = (*first, *(kind for kind in ORGANISATIONS if kind not in first))
    people = {
        part.key: _person(uow, part, organisations[next(kind for kind in order if kind in part.kinds)])
        for part in parts
    }
    offered = [(actor, one) for actor in people.values() for kind in SAMPLES for one in samples(kind, actor)]
    run(insert(Attachment), [_upload(uow, actor, one) for actor, one in offered])
    return organisations, people


def _person(uow: UnitOfWork, part: Part, organisation_id: int) -> Actor:
    run = uow.connection.execute
    role = {"name": part.key, "description": part.zh, "permissions": sorted(part.permissions)}
    role_id = run(insert(Role).values(role).returning(Role.id)).scalar_one()
    person = {"organisation_id": organisation_id, "username": part.key, "display_name": part.zh}
    account = {"active": True, "fs_uniquifier": part.key, "created_at": uow.now}
    user_id = run(insert(User).values(**person, **account).returning(User.id)).scalar_one()
    run(insert(Membership).values(user_id=user_id, role_id=role_id))
    keys = frozenset({part.key})
    return Actor(user_id, part.key, organisation_id, part.zh, keys, keys, part.permissions)


def _upload(uow: UnitOfWork, actor: Actor, one: Sample) -> dict[str, Any]:
    content = {"media_type": "application/octet-stream", "size": 1, "sha256": "0" * 64}
    return {**asdict(one), **content, "uploaded_at": uow.now, "uploaded_by": actor.id}
