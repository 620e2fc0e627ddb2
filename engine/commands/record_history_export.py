"""Write into history that history was taken out of the house: by whom, how much of it, and what was asked for."""

from __future__ import annotations

from collections.abc import Mapping

from engine.unit_of_work import UnitOfWork


def record_history_export(uow: UnitOfWork, rows: int, format: str, filter: Mapping[str, str]) -> None:
    """`filter`: as the reader gave it. The reading was authorised before."""
    organisation_id = uow.actor.organisation_id
    uow.loose_fact("history_exported", organisation_id=organisation_id, rows=rows, format=format, filter=dict(filter))
