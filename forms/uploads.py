"""Whether uploaded photos, files and signatures exist and may be handed in; what a form knows of each."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Protocol


class Upload(Protocol):
    """One stored file."""

    @property
    def kind(self) -> str:
        """ "photo", "file" or "signature"."""

    @property
    def name(self) -> str:
        """As the person's device called it."""


class Uploads(Protocol):
    """Filled by upper rooms, for one person and one transaction."""

    def usable(self, ids: Collection[str]) -> Mapping[str, Upload]:
        """Those that this person may hand in for this case; others are left out."""
