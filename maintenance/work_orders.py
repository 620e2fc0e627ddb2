"""工单: a reported fault becomes the typed facts of its case, under the contract and the pack that will judge it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, insert, select

from engine import nouns
from engine.authorization import ENGINE
from engine.calendar import SHANGHAI
from engine.errors import EngineError, Invalid, NotFound
from engine.extensions import CaseKind, Context
from maintenance.clocks.drawing import WORK_ORDER_KIND
from maintenance.ledger.changing import NOT_IN_LEDGER
from maintenance.models import Contract, Device, Point, PolicyPack, WorkOrder
from maintenance.packs.charge import charge

DEFAULT_CHANNEL = "web"
FAST_WATCH = timedelta(minutes=5)


class NoContract(EngineError):
    """No contract covers the point “{point}”: nobody would be responsible for the fault."""

    code, status = "no_contract", 422
    zh = "点位“{point}”没有运维合同，无法确定责任单位，请联系管理员。"


class NoPack(EngineError):
    """No policy pack {pack}, which the contract names, is in force today."""

    code, status = "no_pack", 422
    zh = "合同所用策略包 {pack} 尚未发布或尚未生效，请联系管理员。"


def open_work_order(context: Context, data: Mapping[str, Any]) -> dict[str, Any]:
    """Write the WorkOrder of a new case. `data`: the report form, cleaned; times in it are ISO 8601, UTC.

    Returns the variables that diagrams and clocks use: `ticket` and the point's and device's names. Raises Invalid for
    an unknown point or device, NoContract, NoPack.
    """
    point = _one(context, Point, Point.code, data.get("point"), "point")
    device = _one(context, Device, Device.serial, data["device"], "device") if data.get("device") else None
    contract = _contract(context, point)
    _require_party(context, contract)
    pack_id = _pack_in_force(context, contract["pack_key"])
    occurred = _occurred(context, data.get("occurred_at"))
    paid = charge(context.now, contract["ends_on"])
    context.connection.execute(
        insert(WorkOrder).values(
            instance_id=context.root_id,
            organisation_id=context.organisation_id,
            contract_id=contract["id"],
            pack_id=pack_id,
            point_id=point["id"],
            device_id=device["id"] if device else None,
            category=data["category"],
            channel=data.get("channel") or DEFAULT_CHANNEL,
            symptom=data["symptom"],
            occurred_at=occurred,
            reported_at=context.now,
            reporter_id=context.actor.id,
            chargeable=paid.chargeable,
        )
    )
    context.participant(contract["contractor_id"], "contract")
    context.fact("work_order_opened", point=point["code"], contract=contract["number"], chargeable=paid.chargeable)
    return {
        "ticket": {
            "reported_at": context.now.isoformat(),
            "contract": contract["number"],
            "chargeable": paid.chargeable,
            "recurrences": 0,
        },
        "point_name": point["name"],
        "device_name": device["serial"] if device else None,
    }


def _occurred(context: Context, text: str | None) -> datetime | None:
    """As the reporter says, but not in the future: reporters' watches may be a little fast."""
    at = datetime.fromisoformat(text) if text else None
    if at is not None and at > context.now + FAST_WATCH:
        late = {
            "code": "in_the_future",
            "zh": "故障发生时间不能晚于现在。",
            "en": "It cannot have happened later than now.",
        }
        raise Invalid({"occurred_at": [late]})
    return at


def _pack_in_force(context: Context, key: str) -> int:
    """The pack that judges tickets of today: the one that came into force last."""
    pack, today = PolicyPack.__table__, context.now.astimezone(SHANGHAI).date()
    query = select(pack.c.id).where(pack.c.key == key, pack.c.valid_from <= today)
    found = context.connection.scalar(query.order_by(pack.c.valid_from.desc(), pack.c.version.desc()).limit(1))
    if found is None:
        raise NoPack(pack=key)
    return int(found)


def _require_party(context: Context, contract: RowMapping) -> None:
    """Only the client's own people and the contractor's report faults under a contract."""
    parties = (context.organisation_id, contract["contractor_id"])
    if context.actor is not ENGINE and context.actor.organisation_id not in parties:
        raise NotFound(what=nouns.CONTRACT)


def _one(context: Context, model: Any, column: Any, value: Any, field: str) -> RowMapping:
    found = (
        context.connection.execute(
            select(model.__table__).where(model.organisation_id == context.organisation_id, column == value)
        )
        .mappings()
        .one_or_none()
    )
    if found is None:
        raise Invalid({field: [NOT_IN_LEDGER]})
    return found


def _contract(context: Context, point: RowMapping) -> RowMapping:
    """The point's own contract, else the client's newest one that has begun."""
    table = Contract.__table__
    today = context.now.astimezone(SHANGHAI).date()
    query = select(table).where(table.c.organisation_id == context.organisation_id)
    if point["contract_id"] is not None:
        query = query.where(table.c.id == point["contract_id"])
    else:
        query = query.where(table.c.starts_on <= today).order_by(table.c.starts_on.desc(), table.c.id.desc()).limit(1)
    found = context.connection.execute(query).mappings().one_or_none()
    if found is None:
        raise NoContract(point=point["name"])
    return found


WORK_ORDER = CaseKind(WORK_ORDER_KIND, open_work_order)
