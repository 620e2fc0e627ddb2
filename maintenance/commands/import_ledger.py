"""Bring a table of points and devices into the ledger: all of it or nothing."""

from __future__ import annotations

from engine.unit_of_work import UnitOfWork
from maintenance.ledger.changing import change_ledger
from maintenance.ledger.preview import Preview, preview
from maintenance.ledger.table import Table


def import_ledger(uow: UnitOfWork, organisation_id: int, table: Table) -> Preview:
    """What was new and what has changed. `table`: read before, so that no lock is held while a file is read.

    Raises Forbidden, NotFound (client), LedgerRefused with every finding.
    """
    return preview(change_ledger(uow, organisation_id, table, "import"))
