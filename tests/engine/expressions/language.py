"""The language and the data that the tests of expressions share."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from engine.errors import EngineError
from engine.expressions.functions import STANDARD
from engine.expressions.language import Language
from engine.expressions.registry import Function, FunctionRegistry


class ClockUnknown(EngineError):
    """There is no clock {stage}."""

    code = "clock_unknown"
    zh = "没有计时{stage}。"


class DatabaseGone(Exception):
    """What a database driver raises."""


def _next_breach(context: Any, stage: str = "any") -> Any:
    return f"{context}:{stage}"


def _fail(kind: str) -> Any:
    if kind == "refuse":
        raise ClockUnknown(stage="x")
    if kind == "database":
        raise DatabaseGone
    if kind == "foreign":
        return object()
    return [][1]


FUNCTIONS = (
    *STANDARD,
    Function("sla.next_breach", _next_breach, "", "", ("stage",), optional=1, needs_context=True),
    Function("test.fail", _fail, "", "", ("kind",)),
)


def language() -> Language:
    return Language(FunctionRegistry(FUNCTIONS))


def data() -> dict[str, Any]:
    """Data of every kind; `evil` and the like are what the outside could smuggle in."""
    return {
        "grade": {"level": 1, "empty": "说明"},
        "light": {"clock": "diagnose"},
        "t": "abc",
        "n": None,
        "yes": True,
        "no": False,
        "i": 7,
        "f": 2.5,
        "d": Decimal("2.50"),
        "xs": [1, 2, 3],
        "none": [],
        "names": ["甲", "乙"],
        "工单": {"等级": 2},
        "day": date(2026, 1, 31),
        "at": datetime(2026, 1, 1, 8, tzinfo=UTC),
        "later": datetime(2026, 1, 1, 10, tzinfo=UTC),
        "naive": datetime(2026, 1, 1, 8),  # noqa: DTZ001
        "four": timedelta(hours=4),
        "sla": {"key": 5},
    }
