"""What is wrong with an end or a reason of a deferral, in words with local times."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.calendar import SHANGHAI
from engine.errors import Invalid, fill


def wrong(field: str, code: str, zh: str, en: str, words: Mapping[str, Any] | None = None) -> Invalid:
    """The refusal of one field. `words`: what stands in its sentences."""
    told = dict(words or {})
    return Invalid({field: [{"code": code, "zh": fill(zh, told), "en": fill(en, told, "en")}]})


def local(at: datetime) -> str:
    """For a sentence: the local minute; midnight is the end of a day."""
    here = at.astimezone(SHANGHAI)
    if (here.hour, here.minute) == (0, 0):
        return f"{datetime.fromordinal(here.toordinal() - 1):%Y-%m-%d} 24:00"
    return f"{here:%Y-%m-%d %H:%M}"
