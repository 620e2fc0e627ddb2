"""What a fault ticket is about: point, device, contract, who reported it, and other open tickets of the point."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, select
from sqlalchemy.orm import aliased

from engine.authorization import Actor
from engine.models import Organisation, ProcessInstance, User
from engine.visibility import visible
from maintenance.models import Contract, Device, Point, WorkOrder
from maintenance.packs.charge import Charge, charge


@dataclass(frozen=True)
class WorkOrderItem:
    """Typed facts of one ticket. Instants are UTC."""

    organisation_id: int  # the client
    point_code: str
    point_name: str
    road: str | None
    key_site: bool
    device: str | None  # serial
    device_kind: str | None
    category: str
    channel: str
    symptom: str
    occurred_at: datetime | None
    reported_at: datetime
    reporter: str | None  # display name
    reporter_organisation: str | None
    contract: str  # number
    contractor: str
    contract_ends_on: date
    chargeable: bool  # as it was when the fault was reported
    recurrences: int  # of the same fault within its observation

    @property
    def charge(self) -> Charge:
        """Who pays for it, in words."""
        return charge(self.reported_at, self.contract_ends_on)


@dataclass(frozen=True)
class OpenTicket:
    """A ticket in progress, as a hint beside a new report."""

    id: int
    number: str | None
    title: str
    started_at: datetime


def work_order(connection: Connection, root_id: int) -> WorkOrderItem | None:
    """None for a case of another kind. The caller has checked that the case may be seen."""
    contractor, reporting = aliased(Organisation), aliased(Organisation)
    query = (
        select(
            WorkOrder.organisation_id,
            *(Point.code, Point.name, Point.road, Point.key_site, Device.serial, Device.kind),
            *(WorkOrder.category, WorkOrder.channel, WorkOrder.symptom, WorkOrder.occurred_at, WorkOrder.reported_at),
            *(User.display_name, reporting.name, Contract.number, contractor.name, Contract.ends_on),
            *(WorkOrder.chargeable, WorkOrder.recurrences),
        )
        .join(Point, Point.id == WorkOrder.point_id)
        .join(Contract, Contract.id == WorkOrder.contract_id)
        .join(contractor, contractor.id == Contract.contractor_id)
        .outerjoin(Device, Device.id == WorkOrder.device_id)
        .outerjoin(User, User.id == WorkOrder.reporter_id)
        .outerjoin(reporting, reporting.id == User.organisation_id)
        .where(WorkOrder.instance_id == root_id)
    )
    row: Row[*tuple[Any, ...]] | None = connection.execute(query).one_or_none()
    return WorkOrderItem(*row) if row is not None else None


def open_on_point(
    connection: Connection, actor: Actor, organisation_id: int, point: str, limit: int = 5
) -> list[OpenTicket]:
    """Tickets in progress on the point with this code that the actor may see, newest first."""
    root = ProcessInstance.__table__
    query = (
        select(root.c.id, root.c.business_key, root.c.title, root.c.started_at)
        .join(WorkOrder, WorkOrder.instance_id == root.c.id)
        .join(Point, Point.id == WorkOrder.point_id)
        .where(Point.organisation_id == organisation_id, Point.code == point, root.c.state == "active")
        .where(visible(root, actor))
        .order_by(root.c.id.desc())
        .limit(limit)
    )
    return [OpenTicket(*row) for row in connection.execute(query)]
