"""Cases beside a ticket, such as an approval: under its lock and its number, ended by themselves or with the ticket."""

from __future__ import annotations

from typing import Protocol

from engine.case import Case

ENDED_WITH_TICKET = "工单已结束"
"""The reason of a case that ends because its ticket does."""


class Tickets(Protocol):
    """The part of a unit of work that this needs."""

    @property
    def cases(self) -> tuple[Case, ...]:
        """The instances that this command has loaded or made."""

    def others(self, root_id: int) -> list[Case]:
        """Load the other running instances of a ticket."""


def end_beside(work: Tickets) -> bool:
    """Cancel what still runs beside a ticket that ends in this command. False: there was nothing to cancel.

    What the ticket's calls had started is gone already, with the calls.
    """
    cancelled = False
    for root in [case for case in work.cases if case.id == case.root_id and _ends(case)]:
        if root.accompanied:
            work.others(root.id)
        for case in work.cases:
            if case.root_id == root.id and case.id != root.id and case.parent is None and not _ends(case):
                case.columns = {**case.columns, "end_reason": ENDED_WITH_TICKET}
                case.cancel()
                cancelled = True
    return cancelled


def _ends(case: Case) -> bool:
    return case.state != "active" or case.execution.ended
