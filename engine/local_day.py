"""The calendar day of an instant in Shanghai, as both databases say it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, func

ZONE = "Asia/Shanghai"
AHEAD = "+8 hours"  # of UTC: the city has had no summer time since 1991


def local_day(dialect: str, instant: ColumnElement[Any]) -> ColumnElement[str]:
    """ "2026-11-20"; null for no instant."""
    if dialect == "sqlite":
        return func.date(instant, AHEAD)
    return func.to_char(func.timezone(ZONE, instant), "YYYY-MM-DD")
