"""Where a case stands: the human steps on the longest drawn way from start to end, each done, current or to come."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from engine.definition.graph import FlowNode, Level, read_graph
from engine.definition.model import ProcessModel
from engine.definition.vocabulary import bpmn

HUMAN = frozenset({"userTask", "manualTask"})
MAX_WALK = 2_000
"""Nodes looked at for one drawing: beyond them the best way found so far is shown."""


def steps(model: ProcessModel, open_now: Collection[str], done: Sequence[str], *, ended: bool) -> list[dict[str, str]]:
    """What _parts.steps draws. `open_now`: element ids of open steps; `done`: of completed ones, in their order."""
    way = main_way(model)
    reached = len(way) if ended else _reached(way, open_now, done)
    found = []
    for position, element_id in enumerate(way):
        state = "done" if position < reached else "todo"
        if not ended and element_id in open_now:
            state = "current"
        found.append({"label": model.elements[element_id].name or element_id, "state": state})
    return found


def main_way(model: ProcessModel) -> list[str]:
    """Element ids of the human steps on the way with most of them; at a gateway the default way goes first."""
    process = next((node for node in model.tree.iter(bpmn("process")) if node.get("id") == model.key), None)
    if process is None:
        return []
    levels = {level.id: level for level in read_graph(process).levels}
    return _Walk(levels).through(levels[model.key])


def _reached(way: list[str], open_now: Collection[str], done: Sequence[str]) -> int:
    """How many steps of the way lie behind: before the first open one, else up to the last completed one."""
    here = [position for position, element_id in enumerate(way) if element_id in open_now]
    if here:
        return here[0]
    behind = [element_id for element_id in done if element_id in way]
    return way.index(behind[-1]) + 1 if behind else 0


class _Walk:
    """Looks for the way with most human steps, level by level, with a bound."""

    def __init__(self, levels: dict[str, Level]) -> None:
        self._levels = levels
        self._left = MAX_WALK

    def through(self, level: Level) -> list[str]:
        start = next((node for node in level.of_kind("startEvent")), None)
        return (self._best(level, start, frozenset()) or []) if start else []

    def _best(self, level: Level, node: FlowNode, passed: frozenset[str]) -> list[str] | None:
        """The human steps from `node` to an end; None: no end is reached without walking in a circle."""
        self._left -= 1
        if self._left < 0:
            return None
        own = self._own(node)
        if not node.outgoing:
            return own
        best: list[str] | None = None
        for target in self._next(level, node):
            if target.id not in passed:
                found = self._best(level, target, passed | {node.id})
                if found is not None and (best is None or len(found) > len(best)):
                    best = found
        return None if best is None else own + best

    def _own(self, node: FlowNode) -> list[str]:
        if node.kind in HUMAN:
            return [node.id]
        return self.through(self._levels[node.id]) if node.kind == "subProcess" else []

    @staticmethod
    def _next(level: Level, node: FlowNode) -> Iterator[Any]:
        for flow in sorted(node.outgoing, key=lambda flow: flow.id != node.default):
            yield level.nodes[flow.target]
