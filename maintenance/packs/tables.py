"""The decision tables of a pack: compiled once, asked with the ticket's data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine.decisions.check import check_decisions, compile_decisions
from engine.decisions.errors import DecisionsRefused
from engine.decisions.evaluation import evaluate
from engine.decisions.table import Decision, Table
from engine.expressions.functions import STANDARD
from engine.expressions.language import Language
from engine.expressions.registry import FunctionRegistry
from maintenance.packs.notes import Notes
from maintenance.packs.pack import NO_FIGURES, Figures, LimitTable, Pack, TableLimit

_LANGUAGE = Language(FunctionRegistry(STANDARD))
"""Tables of a pack judge by their figures alone: they call nothing of the installation."""


def check_tables(pack: Pack, files: Iterable[bytes]) -> None:
    """The tables are sound, and the pack names one of them and its columns. Raises DecisionsRefused, PackRefused."""
    decisions: dict[str, Decision] = {}
    for content in files:
        report = check_decisions(content, _LANGUAGE)
        if report.file is None:
            raise DecisionsRefused(report.findings)
        decisions |= report.file.decisions
    notes = Notes()
    if pack.limits is not None:
        _check_limits(pack, pack.limits, decisions, notes)
    notes.settle()


def compile_tables(files: Iterable[bytes]) -> dict[str, Decision]:
    """Decisions by id, of files that were checked when they were published."""
    return {name: one for content in files for name, one in compile_decisions(content, _LANGUAGE).decisions.items()}


def figures(pack: Pack, decisions: Mapping[str, Decision], data: Mapping[str, Any]) -> Figures:
    """The figures by which this ticket's limits are taken, and the rule of the table that gave them.

    A table is called by the first part of its id: D22_fc_limit is D22.
    """
    if pack.limits is None:
        return NO_FIGURES
    asked = {name: data.get(name) for name in pack.limits.by}
    made = evaluate(decisions[pack.limits.decision], asked)
    numbers = "、".join(str(hit.number) for hit in made.rules)
    return Figures(made.outputs, f"{made.decision_id.partition('_')[0]} 第 {numbers} 条" if numbers else "")


def _check_limits(pack: Pack, limits: LimitTable, decisions: Mapping[str, Decision], notes: Notes) -> None:
    decision = decisions.get(limits.decision)
    if decision is None or not isinstance(decision.logic, Table):
        notes.add("pack_table", "limits.decision", "策略包没有这张决策表", "the pack has no such decision table")
        return
    for stage in pack.stages.values():
        if isinstance(stage.limit, TableLimit) and stage.limit.column not in decision.logic.names:
            notes.add("pack_table", f"stages.{stage.key}.limit.column", "决策表没有这一列", "is no column of the table")
