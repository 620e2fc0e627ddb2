"""What the models declare: indexes of business fields come and go with the published processes instead."""

from __future__ import annotations

from typing import Any


def is_declared(_object: Any, name: str | None, kind: str, *_: Any) -> bool:
    """Alembic's include_object: what a comparison of the database with the models looks at."""
    return not (kind == "index" and (name or "").startswith("ix_field_"))
