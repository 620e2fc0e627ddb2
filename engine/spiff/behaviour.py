"""What a running execution asks of the engine: values, scripts, services, and being told what happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from engine.definition.model import ElementModel


@dataclass(frozen=True)
class Place:
    """Where in an execution something is asked or happens."""

    element: ElementModel
    task_id: str  # hex id of the token's task; survives saving
    run: int | None = None  # of a repeated activity: which of its runs, from 0
    body: bool = False  # of a repeated activity: the whole, around its runs


class Behaviour(Protocol):
    """Filled by the unit of work; trial starts and tests bring their own. Everything happens inside the transaction."""

    def evaluate(self, source: str, data: Mapping[str, Any], place: Place | None) -> Any:
        """The value of a condition, timer or mapping. Raises ExpressionError."""

    def run_script(self, source: str, data: Mapping[str, Any], place: Place) -> dict[str, Any]:
        """The new values of a script task: name -> value. Raises ExpressionError."""

    def call_service(self, place: Place, data: Mapping[str, Any]) -> dict[str, Any] | None:
        """Call the element's registered service; the variables to set, after its output mapping. Raises BusinessError.

        None: it is called outside of the transaction, and `Execution.finish` will say what it has answered.
        """

    def decide(self, place: Place, data: Mapping[str, Any]) -> dict[str, Any]:
        """Ask the element's decision; the variables to set."""

    def throw(self, place: Place, data: Mapping[str, Any]) -> dict[str, Any]:
        """Send the element's message or signal on its way; the variables to set."""

    def received(self, place: Place, data: Mapping[str, Any], payload: Mapping[str, Any]) -> dict[str, Any]:
        """The variables that a caught message or signal sets, out of what it brought."""

    def call(self, place: Place, data: Mapping[str, Any]) -> None:
        """A call activity began: a case of its own is to be started; `Execution.finish` says that it has ended."""

    def entered(self, place: Place, data: Mapping[str, Any]) -> None:
        """An activity became active: a human step opened, a sub-process began, a script or service is about to run."""

    def completed(self, place: Place, data: Mapping[str, Any]) -> None:
        """An element has run to its end, in the order of completion."""

    def cancelled(self, place: Place) -> None:
        """A human step, sub-process or call was taken away: by an interrupting event, a terminate end, or the case."""
