"""When entering a phase starts a clock."""

from __future__ import annotations

from collections.abc import Collection


def starts(existing_keys: Collection[str], key: str) -> bool:
    """Whether entering a phase starts the clock `key`.

    A clock runs from the report, once (rulebook P-04). When the recheck is refused and the phase is entered again, a
    clock that was met stays met and one that still runs goes on: neither starts anew. `existing_keys` are the clocks of
    the ticket's present round, in whatever state; a recurrence (R-337) opens a new round, which begins without clocks.
    """
    return key not in existing_keys
