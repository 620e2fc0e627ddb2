"""Where SpiffWorkflow asks for values, scripts and services: every question goes to the engine's Behaviour."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from engine.definition.events import NAMED, RAISED
from engine.definition.model import ElementModel, ProcessModel
from engine.extensions import BusinessError
from engine.spiff.behaviour import Behaviour, Place
from engine.spiff.data import plain
from engine.spiff.raising import Raised, RaisedKind
from engine.spiff.repeating import COUNTER, Repeated
from engine.spiff.workflow import LOCAL

NOTICED_WHEN_GONE = frozenset({"userTask", "manualTask", "receiveTask", "subProcess", "callActivity"})


class ScriptEngine:
    """Takes the place of SpiffWorkflow's script engine; no interpreter stands behind it."""

    def __init__(self, model: ProcessModel, behaviour: Behaviour) -> None:
        self._model = model
        self._behaviour = behaviour
        self._open: dict[str, Place] = {}  # what was entered, not completed, and is noticed when it goes
        self.raised: list[tuple[Any, Raised]] = []  # by the present step, with the task that did
        self.left: list[Raised] = []  # what nobody here has caught

    # -- values ------------------------------------------------------------------------------------------------

    def evaluate(self, task: Any, expression: str, external_context: Any = None) -> Any:
        return self._behaviour.evaluate(expression, task.data, self.place(task))

    def evaluate_over(self, task: Any, expression: str, data: Mapping[str, Any]) -> Any:
        """The value over other data than the task's own."""
        return self._behaviour.evaluate(expression, data, self.place(task))

    def execute(self, task: Any, script: str) -> None:
        task.data.update(plain(self._behaviour.run_script(script, task.data, self.place(task))))

    # -- what an activity does: False, the token waits until the engine says how it went --------------------------

    def call_service(self, task: Any) -> bool:
        return self._do(task, self._behaviour.call_service)

    def decide(self, task: Any) -> bool:
        return self._do(task, self._behaviour.call_service if self.element(task).service else self._behaviour.decide)

    def throw(self, task: Any) -> bool:
        """Send a message or signal, or raise an error or escalation; a plain event throws nothing.

        What raises has run to its end when it raises: it may be taken away by that.
        """
        element = self.element(task)
        if element.trigger in RAISED:
            self.completed(task)
            self.raised.append((task, Raised(cast(RaisedKind, element.trigger), element.event_name)))
        elif element.trigger in NAMED:
            return self._do(task, self._behaviour.call_service if element.service else self._behaviour.throw)
        return True

    def call(self, task: Any) -> None:
        self._behaviour.call(self.place(task), task.data)

    def received(self, task: Any, data: Mapping[str, Any], payload: Mapping[str, Any]) -> dict[str, Any]:
        """What a caught message or signal adds to the data."""
        return plain(self._behaviour.received(self.place(task), data, payload))

    def leave(self, raised: Raised) -> None:
        """Nobody here catches it: it is for the engine to say who does."""
        self.left.append(raised)

    def _do(self, task: Any, ask: Callable[[Place, Mapping[str, Any]], Mapping[str, Any] | None]) -> bool:
        try:
            values = ask(self.place(task), task.data)
        except BusinessError as error:
            self.raised.append((task, Raised("error", error.error, error.message("zh"), error)))
            return False
        if values is None:
            self._open[task.id] = self.place(task)
            return False
        task.data.update(plain(values))
        return True

    # -- what is open ------------------------------------------------------------------------------------------

    def begin(self, living: Iterable[Any]) -> None:
        """A command begins: remember what is open, so that its going away is noticed.

        At rest nothing else is living: human steps, sub-processes, calls, and services that are called outside.
        """
        places = [self.place(task) for task in living if task.task_spec.bpmn_id in self._model.elements]
        self._open = {
            place.task_id: place for place in places if not place.body and place.element.trigger not in RAISED
        }

    def entered(self, task: Any) -> None:
        place = self.place(task)
        if place.element.kind in NOTICED_WHEN_GONE and not place.body:
            self._open[place.task_id] = place
        self._behaviour.entered(place, task.data)

    def completed(self, task: Any) -> None:
        self._open.pop(task.id, None)
        self._behaviour.completed(self.place(task), task.data)

    def tell_cancelled(self, living: Iterable[Any]) -> None:
        """A command ends: tell of everything that was taken away."""
        still = {task.id for task in living}
        for task_id, place in self._open.items():
            if task_id not in still:
                self._behaviour.cancelled(place)

    def element(self, task: Any) -> ElementModel:
        return self._model.elements[task.task_spec.bpmn_id]

    def drawn(self, task: Any) -> ElementModel | None:
        """The element of the drawing; None: the token mover's own step, or a gateway that the check has put in."""
        found = self._model.elements.get(task.task_spec.bpmn_id)
        return found if found is not None and found.drawn else None

    def place(self, task: Any) -> Place:
        run = task.internal_data.get(LOCAL, {}).get(COUNTER)
        return Place(self.element(task), task.id, run, isinstance(task.task_spec, Repeated))
