"""The domain's tables, a file per family. Importing this package registers every one of them on `Base.metadata`."""

from maintenance.models.clock import ClockEventRow, ClockLight, SlaClock
from maintenance.models.contract import Contract, PackTable, PolicyPack
from maintenance.models.deferral import Deferral
from maintenance.models.ledger import Device, LedgerEvent, Point
from maintenance.models.story import Story, StoryOutcome
from maintenance.models.work_order import WorkOrder

__all__ = [
    "ClockEventRow",
    "ClockLight",
    "Contract",
    "Deferral",
    "Device",
    "LedgerEvent",
    "PackTable",
    "Point",
    "PolicyPack",
    "SlaClock",
    "Story",
    "StoryOutcome",
    "WorkOrder",
]
