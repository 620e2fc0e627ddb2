"""A bounded trial start in memory before publishing: prediction explodes on some drawings that look harmless."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.bpmn.workflow import BpmnWorkflow

from engine.definition.model import ProcessModel
from engine.spiff.behaviour import Place
from engine.spiff.builder import build
from engine.spiff.errors import ExecutionLimit
from engine.spiff.script_engine import ScriptEngine

MAX_PREDICTED = 2_000


class _Nobody:
    """Answers nothing: a trial start predicts, it runs no service."""

    def evaluate(
        self, source: str, data: Mapping[str, Any], place: Place | None
    ) -> Any:
        return None

    def run_script(
        self, source: str, data: Mapping[str, Any], place: Place
    ) -> dict[str, Any]:
        return {}

    def call_service(self, place: Place, data: Mapping[str, Any]) -> dict[str, Any]:
        return {}

    def entered(self, place: Place, data: Mapping[str, Any]) -> None: ...

    def completed(self, place: Place, data: Mapping[str, Any]) -> None: ...

    def cancelled(self, place: Place) -> None: ...


def trial_start(model: ProcessModel) -> None:
    """Build the model and predict its first steps and those of each sub-process. Raises ExecutionLimit.

    The profile has bounded the branching before, so that this ends.
    """
    specification = build(model)
    nobody = ScriptEngine(model, _Nobody())
    for spec in (specification.process, *specification.scopes.values()):
        workflow = BpmnWorkflow(spec, specification.scopes, script_engine=nobody)
        if len(workflow.tasks) > MAX_PREDICTED:
            raise ExecutionLimit(
                limit=MAX_PREDICTED, what="个预测节点 / predicted tasks"
            )
