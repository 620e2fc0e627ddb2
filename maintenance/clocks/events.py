"""The facts a clock is folded from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, get_args

Kind = Literal[
    "started", "stopped", "paused", "resumed", "applied", "extended", "refused", "withdrawn", "retargeted", "voided"
]  # fmt: skip
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True)
class ClockEvent:
    """One immutable fact about one clock."""

    kind: Kind
    at: datetime  # when it took effect, aware; server time judges
    recorded_at: datetime  # when we were told, aware
    actor: str = ""  # sign-in name
    reason: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    """retargeted: {"limit": ISO duration, "source": clause}. Of a deferral: {"deferral": the instance of its approval},
    extended also {"until": ISO date-time with zone}. An extension without an application counts as applied for then."""
