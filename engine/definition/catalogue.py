"""What a diagram may refer to in this installation: services, forms, groups, listeners, and the expression language."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any, Protocol

from engine.definition.findings import Finding
from engine.definition.model import ElementModel


class Compiler(Protocol):
    """The part of the expression language that a check needs. Every method raises ExpressionError."""

    def compile(self, source: str) -> Any:
        """A whole expression, with or without `${…}`."""

    def compile_script(self, source: str) -> Any:
        """Lines of `name = expression`."""

    def compile_value(self, text: str) -> Any:
        """A literal, or a text that holds `${…}`."""


class KnownParameter(Protocol):
    """What the check needs of engine.extensions.Parameter, which stands above this room."""

    @property
    def name(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def required(self) -> bool: ...


class KnownService(Protocol):
    """What the check needs of engine.extensions.Service."""

    @property
    def name(self) -> str: ...
    @property
    def parameters(self) -> Sequence[KnownParameter]: ...


class KnownListener(Protocol):
    """What the check needs of engine.extensions.ElementListener."""

    @property
    def properties(self) -> Mapping[str, str]: ...
    def check(self, elements: Mapping[str, ElementModel], /) -> Sequence[Finding]: ...


class Published(Protocol):
    """What an organisation has published, in the newest versions."""

    @property
    def processes(self) -> Collection[str]:
        """Keys."""

    @property
    def decisions(self) -> Collection[str]:
        """Ids, also of decisions that come from the installation."""

    def calls(self, key: str, /) -> Set[str]:
        """Keys of the processes that a process calls; none for one that is not published."""


@dataclass(frozen=True)
class Catalogue:
    """Everything a diagram is checked against."""

    language: Compiler
    rearming: Set[str] = frozenset()  # functions whose answer moves on when a timer has fired
    services: Mapping[str, KnownService] = field(default_factory=dict)  # by name
    form_keys: Set[str] = frozenset()
    designed_forms: Set[str] = frozenset()  # of forms that are not published yet, but can be, together with the diagram
    groups: Mapping[str, str] = field(default_factory=dict)  # candidate group -> zh name
    listeners: Mapping[str, KnownListener] = field(default_factory=dict)  # by prefix
    case_kinds: Mapping[str, object] = field(default_factory=dict)  # by name
    published: Published | None = None  # None: what a diagram calls and decides by is not looked up
