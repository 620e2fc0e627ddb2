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


class Behaviour(Protocol):
    """Filled by the unit of work; trial starts and tests bring their own. Everything happens inside the transaction."""

    def evaluate(self, source: str, data: Mapping[str, Any], place: Place | None) -> Any:
        """The value of a condition, timer or mapping. Raises ExpressionError."""

    def run_script(self, source: str, data: Mapping[str, Any], place: Place) -> dict[str, Any]:
        """The new values of a script task: name -> value. Raises ExpressionError."""

    def call_service(self, place: Place, data: Mapping[str, Any]) -> dict[str, Any] | None:
        """Call the element's registered service; the variables to set, after its output mapping.

        None: the call happens outside, after this transaction; `Execution.finish` tells what came of it.
        """

    def entered(self, place: Place, data: Mapping[str, Any]) -> None:
        """An activity became active: a human step opened, a sub-process began, a script or service is about to run."""

    def completed(self, place: Place, data: Mapping[str, Any]) -> None:
        """An element has run to its end, in the order of completion."""

    def cancelled(self, place: Place) -> None:
        """A human step, sub-process or outside call was taken away: by an event, a terminate end, or with the case."""
