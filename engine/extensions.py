"""What upper rooms plug into the engine, once, at start: services, functions, element listeners, case kinds, forms."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection

from engine.authorization import Actor
from engine.definition.findings import Finding
from engine.definition.model import ElementModel
from engine.expressions.registry import FunctionRegistry


class Context(Protocol):
    """The part of a running command that an extension may touch. It cannot commit."""

    @property
    def connection(self) -> Connection:
        """Of the running transaction."""

    @property
    def now(self) -> datetime:
        """The command's one time stamp, UTC."""

    @property
    def actor(self) -> Actor: ...

    @property
    def instance_id(self) -> int: ...

    @property
    def root_id(self) -> int:
        """The ticket."""

    @property
    def organisation_id(self) -> int:
        """The client (业主) whose case it is."""

    @property
    def element(self) -> ElementModel | None:
        """Where in the diagram; None at the start of the instance."""

    @property
    def memo(self) -> dict[str, Any]:
        """Scratch space of the extensions, for this case and this command."""

    def fact(self, type: str, **data: Any) -> None:
        """Add a fact to the history row of this command (JSON values only)."""

    def reevaluate_timers(self) -> None:
        """Ask every waiting timer expression of the case again before this command commits: a clock has moved."""

    def participant(self, organisation_id: int, reason: str) -> None:
        """Let an organisation see the case from now on; does nothing if it does already."""

    def value(self, text: str, data: Mapping[str, Any]) -> Any:
        """A text of the drawing as a value: `${…}` is evaluated over `data`, anything else stands for itself."""

    def elements(self) -> Mapping[str, ElementModel]:
        """The elements of the instance's diagram by id."""


class BusinessError(Exception):
    """Raised by a service for the diagram: an error event on the border of its task catches the code."""

    def __init__(self, code: str, words: str = "") -> None:
        super().__init__(words or code)
        self.code, self.words = code, words


class ServiceFunction(Protocol):
    def __call__(self, context: Context, /, **parameters: Any) -> Any: ...


@dataclass(frozen=True)
class Parameter:
    """One described, typed parameter of a service."""

    name: str
    type: str  # "text", "number", "boolean", "time", "any"
    zh: str
    en: str
    required: bool = True


@dataclass(frozen=True)
class Service:
    """A registered service. It fills the modeller's palette, the check at publishing and the docs."""

    name: str  # dotted, e.g. "sla.record"
    function: ServiceFunction
    zh: str
    en: str
    parameters: tuple[Parameter, ...] = ()


ElementCheck = Callable[[Mapping[str, ElementModel]], Sequence[Finding]]
Listener = Callable[[Context, Mapping[str, Any]], None]
Ending = Callable[[Context, str], None]
CaseOpener = Callable[[Context, Mapping[str, Any]], dict[str, Any]]


def _nothing_to_say(elements: Mapping[str, ElementModel]) -> Sequence[Finding]:
    return ()


@dataclass(frozen=True)
class ElementListener:
    """Told of every element that carries a property beginning with the prefix."""

    prefix: str  # "sla" hears of properties "sla.start", "sla.stop" …
    properties: Mapping[str, str]  # known property names -> what they mean (for the check at publishing)
    entered: Listener
    completed: Listener
    check: ElementCheck = _nothing_to_say  # findings about the elements of a diagram, when it is checked


@dataclass(frozen=True)
class CaseKind:
    """What makes a root instance a ticket of a kind: called once, when the instance row exists and before it runs."""

    name: str  # the process property "case.kind"
    open: CaseOpener  # returns variables to add to the case's data; raises Invalid on bad start data


class Forms(Protocol):
    """Filled by the room `forms`."""

    def keys(self) -> frozenset[str]:
        """Every known form key."""

    def validate(
        self, form_key: str | None, data: Mapping[str, Any], known: Mapping[str, Any], context: Context
    ) -> dict[str, Any]:
        """The cleaned submission to a form, or to a step without one. `known`: the case's data, for conditions.

        Raises engine.errors.Invalid, per field.
        """


@dataclass
class Extensions:
    """Everything plugged in. Registering a name twice is a programming error and raises ValueError."""

    functions: FunctionRegistry = field(default_factory=FunctionRegistry)
    services: dict[str, Service] = field(default_factory=dict)
    listeners: dict[str, ElementListener] = field(default_factory=dict)
    case_kinds: dict[str, CaseKind] = field(default_factory=dict)
    endings: list[Ending] = field(default_factory=list)  # told of each case that ends: "completed" or "cancelled"
    groups: dict[str, str] = field(default_factory=dict)  # candidate group -> zh name, for the check at publishing
    forms: Forms | None = None

    def add_service(self, service: Service) -> None:
        self._add(self.services, service.name, service)

    def add_listener(self, listener: ElementListener) -> None:
        self._add(self.listeners, listener.prefix, listener)

    def add_case_kind(self, kind: CaseKind) -> None:
        self._add(self.case_kinds, kind.name, kind)

    @staticmethod
    def _add(registered: dict[str, Any], name: str, value: object) -> None:
        if name in registered:
            raise ValueError(f"{name} is registered twice")
        registered[name] = value
