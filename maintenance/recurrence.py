"""复发: the same fault comes back while it is observed; the ticket is opened again and measured anew (R-337)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update

from engine.errors import EngineError
from engine.extensions import Context, Service
from maintenance.clocks.book import ClockBook
from maintenance.models import Contract, WorkOrder


class NoWorkOrder(EngineError):
    """Recurrences are counted on work orders, and this case is none."""

    code, status = "no_work_order", 422
    zh = "只有工单可以登记复发，本流程不是工单。"


def count_recurrence(context: Context, /, **_: Any) -> dict[str, Any]:
    """One more recurrence, reported now; a new round of clocks begins. Returns the case's `ticket` as it is now."""
    order, contract = WorkOrder.__table__, Contract.__table__
    row = context.connection.execute(
        select(order.c.recurrences, order.c.chargeable, contract.c.number)
        .join(contract, contract.c.id == order.c.contract_id)
        .where(order.c.instance_id == context.root_id)
    ).one_or_none()
    if row is None:
        raise NoWorkOrder
    count = row.recurrences + 1
    context.connection.execute(
        update(WorkOrder).where(WorkOrder.instance_id == context.root_id).values(recurrences=count)
    )
    number = ClockBook.of(context).begin_round()
    context.fact("fault_recurred", recurrences=count, round=number)
    return {
        "reported_at": context.now.isoformat(),
        "contract": row.number,
        "chargeable": row.chargeable,
        "recurrences": count,
    }


COUNT = Service(
    "ticket.count_recurrence",
    count_recurrence,
    "登记一次复发：次数加一，时限从现在重新计时",
    "Count one recurrence; the clocks begin anew from now",
)
