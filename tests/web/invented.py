"""The moment at which invented pages stand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

NOW = datetime(2026, 11, 20, 2, 14, 20, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
