"""A broken device is replaced by a new one (R-344): by hand, or by the service that a repair's diagram calls."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from engine import nouns
from engine.errors import Invalid, NotFound
from engine.extensions import Context, Parameter, Service
from maintenance.ledger.changing import invalid
from maintenance.ledger.columns import DEVICE_STATES, DEVICES
from maintenance.ledger.escaping import runs
from maintenance.ledger.findings import LedgerRefused, refuse
from maintenance.ledger.plan import Change, Plan, make_plan
from maintenance.ledger.stock import IN_USE, Stock, Stored
from maintenance.ledger.table import table_of
from maintenance.ledger.writing import Note, facts, write
from maintenance.models import Point, WorkOrder


def replacement(stock: Stock, old_serial: str, new_serial: str, values: Mapping[str, Any], point: str | None) -> Plan:
    """The old device `replaced`, the new one in its place: same point and kind, model unless given.

    `values`: columns of the new device. `point`: where the old one must stand; None: anywhere. A replacement that is
    done already is an empty plan. Raises NotFound for the old device, Invalid under the names old_serial, new_serial
    and those of the columns.
    """
    try:
        old = _old(stock, old_serial, point)
        if new_serial and old.values["replaced_by"] == new_serial:
            return Plan()
        if old.values["state"] not in IN_USE:
            raise refuse("ledger_not_in_use", column="old_serial", state=DEVICE_STATES[old.values["state"]])
        if runs(new_serial):
            raise refuse("ledger_formula", column="new_serial")
        inherited = {key: old.values[key] for key in ("point", "kind", "model")}
        given = {key: value for key, value in values.items() if value is not None}
        plan = make_plan(stock, table_of(DEVICES, {**inherited, **given, "serial": new_serial}), "create")
    except LedgerRefused as refused:
        raise _named(invalid(refused)) from None
    (new,) = plan.changes
    after = {**old.values, "state": "replaced", "replaced_by": new.key}
    plan.changes.append(Change("device", old.values["serial"], old.id, old.values, after))
    return plan


def replace_in_case(context: Context, /, **parameters: Any) -> dict[str, Any]:
    """The service: the point is the ticket's own, and the fact belongs to the ticket. Raises NotFound, Invalid."""
    old_serial, new_serial = (str(parameters.get(name) or "").strip() for name in ("old_serial", "new_serial"))
    stock = Stock(context.connection, context.organisation_id)
    stock.lock()
    values = {key: parameters.get(key) for key in ("model", "warranty_until", "state")}
    plan = replacement(stock, old_serial, new_serial, values, _point_of_case(context))
    note = Note(context.now, context.actor.id, "ticket", context.root_id)
    write(stock, plan, note)
    for fact in facts(plan, note):
        context.fact("device_replaced", old=old_serial, new=new_serial, **fact)
    return {"old_serial": old_serial, "new_serial": new_serial}


def _old(stock: Stock, serial: str, point: str | None) -> Stored:
    if not serial:
        raise refuse("ledger_required", column="old_serial")
    old = stock.devices([serial]).get(serial)
    if old is None:
        raise NotFound(what=nouns.DEVICE)
    if point is not None and old.values["point"] != point:
        raise refuse("ledger_elsewhere", column="old_serial")
    return old


def _point_of_case(context: Context) -> str | None:
    query = select(Point.code).join(WorkOrder, WorkOrder.point_id == Point.id)
    return context.connection.scalar(query.where(WorkOrder.instance_id == context.root_id))


def _named(refused: Invalid) -> Invalid:
    """What is wrong with the serial is told of the field that people fill in."""
    return Invalid({"new_serial" if key == "serial" else key: found for key, found in refused.fields.items()})


REPLACE = Service(
    "ledger.replace",
    replace_in_case,
    zh="更换设备：台账中旧设备改为“已更换”并指向新设备，新设备登记在同一点位",
    en="Replace a device in the ledger: the old one becomes replaced and points to the new one at the same point",
    parameters=(
        Parameter("old_serial", "text", zh="旧设备序列号", en="serial of the old device"),
        Parameter("new_serial", "text", zh="新设备序列号", en="serial of the new device"),
        Parameter("model", "text", zh="新设备型号，缺省同旧设备", en="model of the new one; as before", required=False),
        Parameter("warranty_until", "text", zh="新设备质保到期", en="end of its warranty, a date", required=False),
    ),
)
