"""How a business rule task takes a result into its variable: the four mappings that Camunda Modeler offers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.decisions.errors import MappingRefused
from engine.decisions.evaluation import Evaluation


def map_result(evaluation: Evaluation, mapping: str) -> Any:
    """The result as `mapDecisionResult` asks. Raises MappingRefused when it has too many rows or outputs for it.

    singleEntry: the value of the one output, null without a hit. singleResult: the outputs by name, all null without
    a hit. collectEntries: a list of the one output's values. resultList: a list of the outputs by name, one for each
    row; both lists are empty without a hit.
    """
    take = MAPPINGS.get(mapping)
    if take is None:
        raise _refused(evaluation, mapping)
    return take(evaluation)


def _single_entry(evaluation: Evaluation) -> Any:
    if len(evaluation.rows) > 1 or len(evaluation.outputs) != 1:
        raise _refused(evaluation, "singleEntry")
    return next(iter(evaluation.rows[0].values())) if evaluation.rows else None


def _single_result(evaluation: Evaluation) -> dict[str, Any]:
    if len(evaluation.rows) > 1:
        raise _refused(evaluation, "singleResult")
    return dict(evaluation.rows[0]) if evaluation.rows else dict.fromkeys(evaluation.outputs)


def _collect_entries(evaluation: Evaluation) -> list[Any]:
    if len(evaluation.outputs) != 1:
        raise _refused(evaluation, "collectEntries")
    return [next(iter(row.values())) for row in evaluation.rows]


def _result_list(evaluation: Evaluation) -> list[dict[str, Any]]:
    return [dict(row) for row in evaluation.rows]


def _refused(evaluation: Evaluation, mapping: str) -> MappingRefused:
    return MappingRefused(
        decision=evaluation.decision_name,
        mapping=mapping[:60],
        rows=len(evaluation.rows),
        columns=len(evaluation.outputs),
    )


MAPPINGS: dict[str, Callable[[Evaluation], Any]] = {
    "singleEntry": _single_entry,
    "singleResult": _single_result,
    "collectEntries": _collect_entries,
    "resultList": _result_list,
}
