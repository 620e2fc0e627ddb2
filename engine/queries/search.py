"""What a person types into a search box, as a condition."""

from __future__ import annotations

import unicodedata
from typing import Any

from sqlalchemy import ColumnElement, or_

MAX_LENGTH = 100  # letters that are looked at


def contains(search: str, *columns: Any) -> list[ColumnElement[bool]]:
    """The condition that one of the columns contains the words, large or small; none when there are no words.

    Each letter stands for itself, `%` and `_` too; letters that no database keeps are left out.
    """
    words = "".join(letter for letter in search if unicodedata.category(letter) not in ("Cc", "Cs")).strip()
    if not words:
        return []
    return [or_(*(column.icontains(words[:MAX_LENGTH], autoescape=True) for column in columns))]
