"""Write into history that the ledger was taken out of the house, by whom and how much of it."""

from __future__ import annotations

from engine.unit_of_work import UnitOfWork


def record_export(uow: UnitOfWork, organisation_id: int, points: int, devices: int, restricted: bool) -> None:
    """`restricted`: with the columns that only keepers of the ledger may see. The reading was authorised before."""
    uow.loose_fact(
        "ledger_exported", organisation_id=organisation_id, points=points, devices=devices, restricted=restricted
    )
