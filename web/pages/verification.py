"""校验履历: the chains of everything that one may see, step by step, so that no request takes long."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from flask import Blueprint, Response, current_app, request, url_for
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy import Connection, select

from accounts.house import house
from accounts.people import current_actor
from accounts.policies import requires
from engine.audit import Damage, Verification
from engine.authorization import Actor
from engine.commands.record_verification import record_verification
from engine.models import ProcessInstance
from engine.queries.verification import START, Position, cases_to_verify, verify_step
from web.chains import MOST, damage_rows
from web.frame import page
from web.reading import now, reading

blueprint = Blueprint("verification", __name__, url_prefix="/audit/verification")

MAX_AGE = 3_600  # seconds: a verification that was left standing begins anew


@dataclass(frozen=True)
class Progress:
    """What the steps so far have seen. It travels with the page, sealed."""

    all: int  # cases there are
    rows: int = 0
    cases: int = 0
    count: int = 0  # of damages
    damages: tuple[Damage, ...] = field(default_factory=tuple)  # the first MOST

    def plus(self, seen: Verification) -> Progress:
        damages = (*self.damages, *seen.damages)[:MOST]
        count = self.count + len(seen.damages)
        return Progress(self.all, self.rows + seen.rows, self.cases + seen.cases, count, damages)


@blueprint.get("")
@requires("history.verify")
def show() -> Response:
    with reading() as connection:
        cases = cases_to_verify(connection, current_actor())
    return _page({"cases": cases})


@blueprint.post("")
@requires("history.verify")
def step() -> Response:
    """One step. `progress`: from the step before; without it, or when it is too old, the first one."""
    actor = current_actor()
    with reading() as connection:
        position, before = _unpacked(request.form.get("progress", "")) or (
            START, Progress(cases_to_verify(connection, actor))
        )  # fmt: skip
        done = verify_step(connection, actor, house().engine.resources.history_key, position)
        so_far = before.plus(done.seen)
        numbers = _numbers(connection, so_far.damages) if done.following is None else {}
    if done.following is not None:
        return _page({"running": so_far, "progress": _packed(done.following, so_far)})
    _record(actor, so_far)
    outcome = {"rows": so_far.rows, "cases": so_far.cases, "count": so_far.count, "at": now()}
    return _page({"outcome": outcome | {"damages": damage_rows(so_far.damages, numbers)}})


def _page(view: dict[str, Any]) -> Response:
    nothing = {"cases": None, "running": None, "progress": None, "outcome": None}
    urls = {"action": url_for("verification.step"), "back_url": url_for("audit.show")}
    return page("verification.html", "audit", verification=nothing | urls | view)


def _record(actor: Actor, seen: Progress) -> None:
    house().engine.run(record_verification, actor, seen.rows, seen.cases, seen.count)


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(cast(str, current_app.secret_key), salt="verification of history")


def _packed(position: Position, so_far: Progress) -> str:
    damages = [[d.kind, d.root_id, d.seq, d.row_id, d.at.isoformat() if d.at else None] for d in so_far.damages]
    counts = [so_far.all, so_far.rows, so_far.cases, so_far.count]
    packed = _serializer().dumps([current_actor().id, position.among, position.after, counts, damages])
    return packed if isinstance(packed, str) else packed.decode()


def _unpacked(text: str) -> tuple[Position, Progress] | None:
    """None: nothing that this person was given within the hour."""
    try:
        person, among, after, counts, damages = _serializer().loads(text, max_age=MAX_AGE)
    except BadSignature:
        return None
    if person != current_actor().id:
        return None
    all, rows, cases, count = counts
    return Position(among, after), Progress(all, rows, cases, count, tuple(_damage(*one) for one in damages))


def _damage(kind: str, root_id: int | None, seq: int | None, row_id: int | None, at: str | None) -> Damage:
    return Damage(kind, root_id, seq, row_id, datetime.fromisoformat(at) if at else None)


def _numbers(connection: Connection, damages: tuple[Damage, ...]) -> dict[int, str]:
    ids = {damage.root_id for damage in damages if damage.root_id is not None}
    rows = connection.execute(
        select(ProcessInstance.id, ProcessInstance.business_key).where(ProcessInstance.id.in_(ids))
    )
    return {id_: number or str(id_) for id_, number in rows}
