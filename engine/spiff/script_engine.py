"""Where SpiffWorkflow asks for values, scripts and services: every question goes to the engine's Behaviour."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from engine.definition.model import ElementModel, ProcessModel
from engine.spiff.behaviour import Behaviour, Place
from engine.spiff.data import plain

NOTICED_WHEN_GONE = frozenset({"userTask", "manualTask", "subProcess"})


class ScriptEngine:
    """Takes the place of SpiffWorkflow's script engine; no interpreter stands behind it."""

    def __init__(self, model: ProcessModel, behaviour: Behaviour) -> None:
        self._model = model
        self._behaviour = behaviour
        self._open: dict[str, Place] = {}  # human steps, sub-processes and calls that are not completed

    def evaluate(self, task: Any, expression: str, external_context: Any = None) -> Any:
        return self._behaviour.evaluate(expression, task.data, self._place(task))

    def execute(self, task: Any, script: str) -> None:
        task.data.update(plain(self._behaviour.run_script(script, task.data, self._place(task))))

    def call_service(self, task: Any) -> bool:
        """Whether the service has been called; False: it will be, outside, and the step waits for that."""
        place = self._place(task)
        values = self._behaviour.call_service(place, task.data)
        if values is None:
            self._open[place.task_id] = place
            return False
        task.data.update(plain(values))
        return True

    def begin(self, living: Iterable[Any]) -> None:
        """A command begins: remember what is open, so that its going away is noticed."""
        self._open = {}
        for task in living:
            if task.task_spec.bpmn_id in self._model.elements:
                place = self._place(task)
                self._note(place)
                if place.element.kind == "serviceTask":  # at rest, it waits for an outside call
                    self._open[place.task_id] = place

    def entered(self, task: Any) -> None:
        place = self._place(task)
        self._note(place)
        self._behaviour.entered(place, task.data)

    def completed(self, task: Any) -> None:
        self._open.pop(task.id.hex, None)
        self._behaviour.completed(self._place(task), task.data)

    def tell_cancelled(self, living: Iterable[Any]) -> None:
        """A command ends: tell of every human step, sub-process and outside call that was taken away."""
        still = {task.id.hex for task in living}
        for task_id, place in self._open.items():
            if task_id not in still:
                self._behaviour.cancelled(place)

    def _note(self, place: Place) -> None:
        if place.element.kind in NOTICED_WHEN_GONE:
            self._open[place.task_id] = place

    def element(self, task: Any) -> ElementModel:
        return self._model.elements[task.task_spec.bpmn_id]

    def _place(self, task: Any) -> Place:
        return Place(self.element(task), task.id.hex)
