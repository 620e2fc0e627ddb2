"""Where SpiffWorkflow asks for values, scripts and services: every question goes to the engine's Behaviour."""

from __future__ import annotations

from typing import Any

from engine.definition.model import ElementModel, ProcessModel
from engine.spiff.behaviour import Behaviour, Place
from engine.spiff.data import plain


class ScriptEngine:
    """Takes the place of SpiffWorkflow's script engine; no interpreter stands behind it."""

    def __init__(self, model: ProcessModel, behaviour: Behaviour) -> None:
        self._model = model
        self._behaviour = behaviour
        self.completed_ids: set[str] = (
            set()
        )  # tasks completed since the execution was told to advance

    def evaluate(self, task: Any, expression: str, external_context: Any = None) -> Any:
        return self._behaviour.evaluate(expression, task.data, self._place(task))

    def execute(self, task: Any, script: str, external_context: Any = None) -> None:
        task.data.update(
            plain(self._behaviour.run_script(script, task.data, self._place(task)))
        )

    def call_service(self, task: Any) -> None:
        task.data.update(
            plain(self._behaviour.call_service(self._place(task), task.data))
        )

    def entered(self, task: Any) -> None:
        self._behaviour.entered(self._place(task), task.data)

    def completed(self, task: Any) -> None:
        self.completed_ids.add(task.id.hex)
        self._behaviour.completed(self._place(task), task.data)

    def cancelled(self, place: Place) -> None:
        self._behaviour.cancelled(place)

    def element(self, task: Any) -> ElementModel:
        return self._model.elements[task.task_spec.bpmn_id]

    def _place(self, task: Any) -> Place:
        return Place(self.element(task), task.id.hex)
