"""What a checked diagram says, free of XML and of SpiffWorkflow: the dialect, read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

TimerKind = Literal["duration", "date", "cycle"]
RepeatKind = Literal["parallel", "sequential", "loop"]


@dataclass(frozen=True)
class TimerModel:
    """The timer of an event: bare ISO 8601 or `${…}`; what it means for time is judged when it is armed."""

    kind: TimerKind  # timeDuration, timeDate, timeCycle
    text: str
    repeats: bool = False  # waits again after it has fired, until its expression says null or its cycle ends


@dataclass(frozen=True)
class RepeatModel:
    """An activity that runs several times: a multi-instance, or a standard loop. Texts are expressions."""

    kind: RepeatKind
    collection: str | None = None  # multi-instance: a list, one run for each item …
    cardinality: str | None = None  # … or how many runs
    item: str | None = None  # variable of a run that holds its item
    results: str | None = None  # variable outside that collects a list, in the order of the items …
    result: str | None = None  # … of this value of each run
    until: str | None = None  # completion condition: true ends the whole before all runs are done
    condition: str | None = None  # loop: goes on while it holds
    maximum: int | None = None  # loop: runs at most
    test_before: bool = False  # loop: asks the condition also before the first run


@dataclass(frozen=True)
class ElementModel:
    """A flow node (or the process itself) with the attributes of our dialect. Texts may hold `${…}`."""

    id: str
    kind: str  # BPMN local name: "userTask", "serviceTask", "subProcess", "boundaryEvent", "process" …
    name: str
    scope: str  # id of the process or sub-process it stands in
    lane: str | None = None  # name of the innermost lane, read from the XML by us
    assignee: str | None = None
    candidate_users: str | None = None  # comma separated
    candidate_groups: str | None = None  # comma separated; of the process: who may start it
    form_key: str | None = None
    due_date: str | None = None
    priority: str | None = None
    service: str | None = None  # registered name: camunda:topic of an external task, or the operator of a Spiff file
    inputs: Mapping[str, str] = field(default_factory=dict)  # parameter -> literal or `${…}`
    outputs: Mapping[str, str] = field(default_factory=dict)  # variable -> `${…}` over the service's result
    result_variable: str | None = None
    script: str | None = None
    properties: Mapping[str, str] = field(default_factory=dict)  # camunda:property, e.g. "sla.stop" -> "arrive"
    attached_to: str | None = None  # boundary events: the activity
    interrupting: bool = True  # boundary events: cancelActivity
    timer: TimerModel | None = None
    trigger: str = (
        ""  # of an event, and of a send or receive task: "message", "timer", "signal", "error" …; "" for none
    )
    event_name: str | None = None  # of a message or signal; the code of an error or escalation, None: any
    code_variable: str | None = None  # boundary events: where the code of a caught error or escalation is kept
    message_variable: str | None = None  # boundary events: where the words of a caught error are kept
    repeat: RepeatModel | None = None
    calls: str | None = None  # call activities: key of the called process
    passes_all: bool = False  # call activities: every variable goes in …
    returns_all: bool = False  # … and comes back
    decision: str | None = None  # rule tasks: id of the decision
    decision_result: str = "resultList"  # rule tasks: what the result variable holds, in Camunda's names
    drawn: bool = True  # False: a gateway that the check has put in to say what the drawing means


@dataclass(frozen=True)
class ProcessModel:
    """One executable process: its elements by id, and the rewritten tree that the token mover reads."""

    key: str
    name: str
    elements: Mapping[str, ElementModel]  # flow nodes by id, and the process itself under its key
    tree: Any = field(repr=False, compare=False)  # lxml root element, safe and rewritten
    business_fields: tuple[str, ...] = ()  # declared with the process property "fields": lists filter by them
    field_types: Mapping[str, str] = field(default_factory=dict)  # business field -> text, number, boolean

    @property
    def process(self) -> ElementModel:
        return self.elements[self.key]

    @property
    def calls(self) -> frozenset[str]:
        """Keys of the processes that it calls."""
        return frozenset(one.calls for one in self.elements.values() if one.calls is not None)

    @property
    def forms(self) -> frozenset[str]:
        """Keys of the forms that its steps and starts show."""
        return frozenset(one.form_key for one in self.elements.values() if one.form_key is not None)

    @property
    def starts(self) -> tuple[ElementModel, ...]:
        """The start events of the process itself, in the order of the drawing."""
        return tuple(one for one in self.elements.values() if one.kind == "startEvent" and one.scope == self.key)

    def around(self, element_id: str) -> list[str]:
        """Its sub-processes, innermost first, then the process key. A boundary event stands where its host does."""
        found = [self.elements[element_id].scope]
        while found[-1] != self.key:
            found.append(self.elements[found[-1]].scope)
        return found
