"""From a checked model to a specification: built once a definition version, shared by all instances and threads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.definition.events import RAISED, THROWING
from engine.definition.model import ProcessModel
from engine.definition.vocabulary import TASKS
from engine.spiff.parser import Parser
from engine.spiff.repeating import Repeated

ENTERED_WHEN_READY = TASKS - {"receiveTask"} | {"callActivity"}  # it has begun when the token may go on


@dataclass(frozen=True)
class Specification:
    """What SpiffWorkflow runs, the model it was built from, and its forms. Nothing in it belongs to an instance."""

    model: ProcessModel
    process: Any = field(repr=False)  # the root process's spec
    scopes: dict[str, Any] = field(repr=False)  # sub-process id -> its spec
    wordings: Mapping[str, str] = field(default_factory=dict)  # form key -> SHA-256 of the published form it pins


def build(model: ProcessModel, wordings: Mapping[str, str] | None = None) -> Specification:
    """Parse the model's tree; the profile has refused before whatever SpiffWorkflow would run wrongly."""
    parser = Parser()
    parser.add_bpmn_xml(model.tree)
    process = parser.get_spec(model.key)
    scopes = parser.get_subprocess_specs(model.key)
    for scope in (process, *scopes.values()):
        for task_spec in list(scope.task_specs.values()):
            _prepare(task_spec, scope, model)
    return Specification(model, process, scopes, wordings or {})


def _prepare(task_spec: Any, scope: Any, model: ProcessModel) -> None:
    element = model.elements.get(task_spec.bpmn_id) if task_spec.bpmn_id else None
    if element is None:
        return
    if not (element.trigger in RAISED and element.kind in THROWING):  # these tell of it themselves
        task_spec.completed_event.connect(_completed)
    if element.kind in ENTERED_WHEN_READY:
        task_spec.ready_event.connect(_entered)
    if element.repeat is not None:
        body = Repeated(scope, task_spec, element.repeat)
        body.completed_event.connect(_completed)


def _entered(workflow: Any, task: Any) -> None:
    workflow.script_engine.entered(task)


def _completed(workflow: Any, task: Any) -> None:
    workflow.script_engine.completed(task)
