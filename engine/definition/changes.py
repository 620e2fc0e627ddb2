"""A change: what two versions of a diagram, a decision file or a form differ in, where, and in words."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

How = Literal["added", "removed", "changed", "moved"]


@dataclass(frozen=True)
class Change:
    """One difference between an old and a new content."""

    element_id: str | None  # None: the file as a whole
    element_name: str | None  # as the new content calls it; as the old one did, when it is removed
    element_kind: str | None  # e.g. "userTask"
    how: How  # moved: only its place in the drawing
    what: str | None  # of a changed element, what of it: "name", "candidateGroups" …
    before: str | None
    after: str | None
    zh: str  # the whole sentence
    en: str

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)
