"""What upper rooms plug into the engine, once, at start: services, functions, listeners, kinds of cases, forms …"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection, Select

from engine.authorization import Actor
from engine.decisions.table import Decision
from engine.definition.findings import Finding
from engine.definition.model import ElementModel
from engine.design_kind import DesignKind
from engine.errors import EngineError
from engine.expressions.registry import FunctionRegistry


class Context(Protocol):
    """The part of a running command that an extension may touch. It cannot commit."""

    @property
    def connection(self) -> Connection:
        """Of the running transaction. Tasks, history and a new case's participants are written at the command's end."""

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
        """Scratch space of the extensions, for this ticket and this command: all its instances share it."""

    def fact(self, type: str, **data: Any) -> None:
        """Add a fact to the history row of this command (JSON values only)."""

    def reevaluate_timers(self) -> None:
        """A clock has moved: ask all timers of the ticket, and due dates of its steps, before this command commits."""

    def participant(self, organisation_id: int, reason: str) -> None:
        """Let an organisation see the case from now on; does nothing if it does already."""

    def value(self, text: str, data: Mapping[str, Any]) -> Any:
        """A text of the drawing as a value: `${…}` is evaluated over `data`, anything else stands for itself."""

    def elements(self) -> Mapping[str, ElementModel]:
        """The elements of the instance's diagram by id."""

    @property
    def wordings(self) -> Mapping[str, str]:
        """Form key -> SHA-256 of the published form that the instance's version of the process was published with.

        A form that is missing here is the installation's own.
        """


@dataclass(frozen=True)
class Call:
    """What an outside service is told of its caller. It may be called again with the same key: at least once."""

    key: str  # idempotency key: the same at every try of this call, of no other call
    attempt: int  # 1 for the first try
    instance_id: int
    root_id: int  # the ticket
    organisation_id: int  # the client (业主) whose case it is
    now: datetime  # when the call was taken up, UTC


class BusinessError(EngineError):
    """The service reported the error “{error}”: {text}."""

    code, status = "business_error", 422
    zh = "服务报告了业务错误“{error}”：{text}。"

    def __init__(self, error: str, text: str = "") -> None:
        """Raised by a service on purpose, for an error event of the diagram. `error`: the BPMN error code."""
        self.error = error
        super().__init__(error=error, text=text or error)


ServiceFunction = Callable[..., Any]
"""Inside: (context: Context, /, **parameters). Outside: (call: Call, /, **parameters), with no transaction open."""

LONGEST_CALL = 300.0  # seconds


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
    inside: bool = True  # in the command's transaction; False: called by the worker when it has committed
    seconds: float = 30.0  # outside: how long one call may take before it is given up

    def __post_init__(self) -> None:
        if not 0 < self.seconds <= LONGEST_CALL:
            raise ValueError(f"{self.name}: a call takes more than 0 and at most {LONGEST_CALL:g} seconds")


ElementCheck = Callable[[Mapping[str, ElementModel]], Sequence[Finding]]
Listener = Callable[[Context, Mapping[str, Any]], None]
Ending = Callable[[Context, str], None]
CaseOpener = Callable[[Context, Mapping[str, Any]], dict[str, Any]]
Partners = Callable[[int, datetime], Select[Any]]


@dataclass(frozen=True)
class DecisionSource:
    """Decisions that are not published by the client, e.g. those of a ticket's policy pack."""

    name: str  # how history calls it
    find: Callable[[Context, str], Decision | None]  # the decision of an id as it holds for the case; None: unknown
    ids: Callable[[Connection], Collection[str]]  # every id that it may know for some case, for the check at publishing


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
    """What makes an instance a ticket of a kind: called once, when the instance row exists and before it runs."""

    name: str  # the process property "case.kind"
    open: CaseOpener  # returns variables to add to the case's data; raises Invalid on bad start data
    beside: bool = False  # it is no ticket of its own: it is started beside one that runs, and ends with it


@dataclass(frozen=True)
class FormHead:
    """What the engine must know of a form file."""

    key: str
    title: str


class Forms(Protocol):
    """Filled by the room `forms`."""

    def keys(self) -> frozenset[str]:
        """Every form key of the installation."""

    def read(self, content: bytes) -> FormHead:
        """A form file as it may be published. Raises a SignalboxError with all that is wrong with it."""

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
    design_kinds: dict[str, DesignKind] = field(default_factory=dict)  # beside those of the engine itself
    decisions: list[DecisionSource] = field(default_factory=list)  # asked before what the client has published
    forms: Forms | None = None
    partners: Partners | None = None  # (client, now) -> ids of organisations whose people its tasks may go to

    def add_service(self, service: Service) -> None:
        self._add(self.services, service.name, service)

    def add_listener(self, listener: ElementListener) -> None:
        self._add(self.listeners, listener.prefix, listener)

    def add_case_kind(self, kind: CaseKind) -> None:
        self._add(self.case_kinds, kind.name, kind)

    def add_design_kind(self, kind: DesignKind) -> None:
        self._add(self.design_kinds, kind.name, kind)

    @staticmethod
    def _add(registered: dict[str, Any], name: str, value: object) -> None:
        if name in registered:
            raise ValueError(f"{name} is registered twice")
        registered[name] = value
