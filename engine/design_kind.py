"""What a kind of designs can do: be checked, compared, published. The engine has two; upper rooms plug in others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Connection

from engine.definition.changes import Change
from engine.definition.findings import Finding


@dataclass(frozen=True)
class Verdict:
    """What the check says of a design."""

    publishable: bool
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class PublishedVersion:
    """One published version of a key, as a design goes on from it or has become it."""

    id: int
    key: str
    version: int
    name: str
    content: bytes


@dataclass(frozen=True)
class Stored:
    """What publishing has made of a content."""

    id: int  # of the published version
    version: int
    findings: tuple[Finding, ...]  # remarks


class DesignKind(Protocol):
    """A kind of things that owners design and publish: processes, decisions, forms."""

    @property
    def name(self) -> str:
        """The code: "process", "decision", "form"."""

    @property
    def zh(self) -> str: ...
    @property
    def en(self) -> str: ...
    @property
    def media_type(self) -> str:
        """Of the content, as it is handed out."""

    @property
    def ending(self) -> str:
        """Of a file, without a dot."""

    def check(self, connection: Connection, organisation_id: int, content: bytes) -> Verdict:
        """Never raises for what stands in the content."""

    def key_of(self, content: bytes) -> str | None:
        """What it is published under; None: the content cannot be read so far."""

    def name_of(self, content: bytes) -> str | None: ...

    def empty(self, key: str, name: str) -> bytes:
        """What a new design begins with."""

    def compare(self, old: bytes, new: bytes) -> tuple[Change, ...]:
        """What differs. Never raises for what stands in the contents."""

    def publish(self, uow: Any, organisation_id: int, content: bytes) -> Stored:
        """Make it the next version, or find that it is the newest already. Whether the actor may is judged before.

        `uow`: the engine.unit_of_work.UnitOfWork of the running command. Raises DesignRefused, and writes nothing then.
        """

    def published(self, connection: Connection, organisation_id: int, key: str) -> PublishedVersion | None:
        """The newest version of a key."""

    def version(self, connection: Connection, organisation_id: int, id: int) -> PublishedVersion | None:
        """One version by its id."""
