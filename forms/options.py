"""Where a select finds choices that are not written in the form: people of a group, points, devices."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from forms.layout import Choice

SOURCE = re.compile(r"points|devices|people:[a-z][a-z0-9_]{0,63}")


class Options(Protocol):
    """Filled by upper rooms, for one person and one transaction: it answers only what that person may see."""

    def choices(self, source: str, known: Mapping[str, Any]) -> Sequence[Choice]:
        """What a page offers for "points", "devices" or "people:<group>"; may be cut short where a page searches."""

    def search(self, source: str, words: str, known: Mapping[str, Any]) -> Sequence[Choice]:
        """A few choices whose value or label contains the words; without words the first ones."""

    def contains(self, source: str, value: str, known: Mapping[str, Any]) -> bool:
        """Whether the value may be chosen. `known`: the case's data and the values of earlier fields."""
